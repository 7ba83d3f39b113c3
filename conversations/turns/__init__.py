"""A visitor's turn: taken in, in one transaction, and settled in another; the thinking in between holds nothing."""

from conversations.turns.leases import LEASE, MessageInProgress, give_up, mark_lost, renew, stop, unwanted
from conversations.turns.receiving import ConversationNotFound, receive
from conversations.turns.rows import PREVIEW_CHARS
from conversations.turns.settling import failed_before, last_lines, settle

__all__ = [
    "LEASE",
    "PREVIEW_CHARS",
    "ConversationNotFound",
    "MessageInProgress",
    "failed_before",
    "give_up",
    "last_lines",
    "mark_lost",
    "receive",
    "renew",
    "settle",
    "stop",
    "unwanted",
]
