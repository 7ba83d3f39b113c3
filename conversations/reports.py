"""What people and other programs say about a conversation: an outcome was reached, a fact was learned.

What an assistant reports belongs to its turn and is announced where the turn is settled.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from conversations import log
from conversations.models import Conversation
from conversations.signals import announce, facts_collected, outcome_reported


@transaction.atomic
def report_outcome(*, conversation: Conversation, event_type: str, source: str) -> None:
    """Say that an outcome was reached; whoever keeps outcomes refuses a type that there isn't (ValueError)."""
    drafts = announce(outcome_reported, conversation=conversation, event_type=event_type, source=source)
    if drafts:
        log.append(conversation.tenant_id, drafts)


@transaction.atomic
def collect_facts(*, conversation: Conversation, values: dict[str, Any], source: str) -> None:
    """Keep what was learned about the visitor, by the keys of the tenant's fields; None forgets a value."""
    rows = Conversation.objects.for_tenant(conversation.tenant_id).filter(pk=conversation.pk)
    rows.select_for_update(no_key=True).values_list("pk").get()  # first, as in a turn: else two could wait in a ring
    as_it_is = rows.for_inbox().get()  # whom it is judged by may have said who they are since the caller looked
    drafts = announce(facts_collected, conversation=as_it_is, values=values, source=source)
    if drafts:
        log.append(conversation.tenant_id, drafts)
