"""The inbox: its pages, the fragments that live updates swap in, and what people do there."""
