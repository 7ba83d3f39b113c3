"""A tenant's saved dialogues: write them, take them from real conversations, let go of them."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction

from assistants.dialogues.masking import Mask
from assistants.models import Assistant, Dialogue, DialogueWatch
from conversations.models import Conversation, Message
from tenants import audit
from tenants.models import Tenant, User, Verb

DIALOGUES_MOST: Final = 200
"""Dialogues of one tenant: each change may run all of an assistant's."""

TURNS_MOST: Final = 20
CHECKS_MOST: Final = 10
SAYS_MOST: Final = 4000
_READ: Final = 200
"""Messages of a conversation that are looked through for a dialogue."""


class BookFull(Exception):
    """The tenant has as many dialogues as it can have."""


@transaction.atomic
def add_dialogue(*, assistant: Assistant, by: User, **values: Any) -> Dialogue:
    """Keep a new dialogue. Raises BookFull."""
    Tenant.objects.select_for_update(no_key=True).get(pk=assistant.tenant_id)
    if Dialogue.objects.for_tenant(assistant.tenant_id).count() >= DIALOGUES_MOST:
        raise BookFull
    return Dialogue.objects.create(tenant_id=assistant.tenant_id, assistant=assistant, created_by=by, **values)


def change_dialogue(*, dialogue: Dialogue, **values: Any) -> Dialogue:
    """Change what is named in a dialogue; what came of it before counts no more."""
    for name, value in values.items():
        setattr(dialogue, name, value)
    dialogue.save(update_fields=[*values, "changed_at"])
    return dialogue


def watch_of(assistant: Assistant) -> DialogueWatch:
    """How an assistant's dialogues are watched, stored or not."""
    watches = DialogueWatch.objects.for_tenant(assistant.tenant_id)
    return watches.filter(assistant=assistant).first() or DialogueWatch(tenant_id=assistant.tenant_id)


@transaction.atomic
def set_blocking(*, assistant: Assistant, blocks: bool) -> None:
    """Let failing dialogues hold up publishing, or not."""
    field = "blocks_publishing"
    seen = audit.changes({field: watch_of(assistant).blocks_publishing}, {field: blocks}, shown=[field])
    DialogueWatch.objects.update_or_create(tenant_id=assistant.tenant_id, assistant=assistant, defaults={field: blocks})
    verb = Verb.ASSISTANT_GATE_CHANGED
    audit.record_changes(verb, tenant=assistant.tenant_id, target=assistant, name=assistant.name, changes=seen)


def turns_of(conversation: Conversation, *, mask: Mask | None) -> list[dict[str, Any]]:
    """What the visitor said and what an assistant answered, until a person of the team spoke.

    Who the visitor is stays behind: only words are taken, and `mask` covers what in them points to a person.
    """
    turns: list[dict[str, Any]] = []
    cover = mask.cover if mask else str
    messages = Message.objects.for_tenant(conversation.tenant_id).filter(conversation=conversation)
    for message in messages.in_order()[:_READ]:
        if message.author == Message.Author.AGENT:
            break
        if message.author == Message.Author.VISITOR:
            turns.append({"says": cover(message.body), "was": "", "checks": []})
        elif message.author == Message.Author.ASSISTANT and turns and not turns[-1]["was"]:
            turns[-1]["was"] = cover(message.body)
    return turns[:TURNS_MOST]


def mask_for(conversation: Conversation) -> Mask:
    """Knows the names of this conversation's visitor."""
    contact = conversation.contact
    return Mask.of(names=[contact.name] if contact and contact.name else [])
