"""Pages about assistants and what they know."""
