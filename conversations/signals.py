"""What other apps may want to know about conversations."""

from __future__ import annotations

from django.dispatch import Signal

reply_judged = Signal()
"""Safety rules fired in a turn, or a reply was kept back: `received`, `reply`, `withheld` (the message that the visitor
doesn't see, or None). Sent inside the transaction that settles the turn."""
