"""What may be said and what a person should see: keyword lists, found however they are disguised. Pure."""
