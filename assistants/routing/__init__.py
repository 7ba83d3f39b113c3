"""What a visitor's message is about, and which of a tenant's rules it meets. Pure."""
