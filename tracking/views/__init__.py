"""Pages about webhooks and how they fare."""
