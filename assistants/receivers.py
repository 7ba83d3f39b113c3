"""What assistants do about announcements from below. Writes rows; no I/O."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from assistants.models import Review, SafetyMatch
from conversations.models import Message
from conversations.said import Received, Reply
from conversations.signals import reply_judged


@receiver(reply_judged)
def keep_judgement(*, received: Received, reply: Reply, withheld: Message | None, **_: Any) -> None:
    """Keep which rules fired, and queue what was held."""
    matches = [_match(received, received.message_id, SafetyMatch.Side.VISITOR, f) for f in reply.set_off_by_visitor]
    if withheld:
        matches += [_match(received, withheld.pk, SafetyMatch.Side.REPLY, f) for f in reply.set_off_by_reply]
    if matches:
        SafetyMatch.objects.bulk_create(matches)
    if withheld and reply.withheld and withheld.state == Message.State.HELD:
        Review.objects.create(
            tenant=received.tenant,
            conversation_id=received.conversation_id,
            message=withheld,
            why=reply.withheld.why,
            drafted=withheld.body,
            basis=list(reply.withheld.basis),
        )


def _match(received: Received, message_id: Any, side: SafetyMatch.Side, finding: dict[str, Any]) -> SafetyMatch:
    return SafetyMatch(
        tenant=received.tenant,
        conversation_id=received.conversation_id,
        message_id=message_id,
        side=side,
        level=finding["level"],
        keyword=finding["keyword"],
        system=finding["system"],
        text=finding["text"][:200],
        start=finding["start"],
        end=finding["end"],
        action=finding["action"],
    )
