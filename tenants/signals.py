"""What other apps may want to know about people."""

from __future__ import annotations

from django.dispatch import Signal

access_ended = Signal()
"""Somebody lost their place in a tenant or holds another role: `user_id`, `tenant_id`. Sent inside the transaction."""
