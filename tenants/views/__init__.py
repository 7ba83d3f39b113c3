"""Pages about people, their company and the platform's switches."""
