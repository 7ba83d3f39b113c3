"""What an assistant's answer, or its failure, is to the turn: the `Reply` that is settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistants.citing import drawn_on
from assistants.models import Assistant
from assistants.prompts import question
from assistants.providers.base import Completion, Failure, Passage, Prompt, ProviderError
from assistants.providers.knowledge import MODEL, passing_on
from conversations.models import Conversation
from conversations.said import Reply

_REASONS = {
    Failure.NOT_CONFIGURED: "provider_not_configured",
    Failure.TIMEOUT: "provider_timeout",
    Failure.RATE_LIMITED: "provider_rate_limited",
    Failure.CONTENT_FILTER: "safety_blocked",
}


def said(assistant: Assistant, completion: Completion) -> Reply:
    """A model's answer; one that names its own sources has them."""
    return Reply(
        status="answered",
        text=completion.text,
        author_name=assistant.name,
        assistant_id=assistant.pk,
        model=completion.model,
        tokens=completion.tokens_in + completion.tokens_out,
        sources=_named(completion.sources),
        attention="" if completion.found else Conversation.Attention.NO_ANSWER_FOUND,
    )


def credited(reply: Reply, prompt: Prompt, looked_up: Sequence[Passage], *, names: str) -> Reply:
    """A model's reply with the passages that it rests on for sources; what comes out of those alone names its own.

    `looked_up` are the passages that the model asked for while it answered, `names` the company's.
    """
    if reply.text is None or reply.attention or reply.model == MODEL:
        return reply
    passages = dict.fromkeys((*prompt.passages, *looked_up))
    asked, names = question(prompt.transcript), f"{names} {reply.author_name}"
    return replace(reply, sources=_named(drawn_on(reply.text, list(passages), asked=asked, names=names)))


def failed(assistant: Assistant, error: ProviderError) -> Reply:
    """No answer, but the visitor's message stands: the tenant's fallback text if there is one, and the team is told."""
    reason = _REASONS.get(error.failure, "provider_error")
    return Reply(
        status="blocked" if reason == "safety_blocked" else "no_reply",
        reason=reason,
        text=assistant.fallback_message or None,
        author_name=assistant.name,
        assistant_id=assistant.pk,
        attention=Conversation.Attention.PROVIDER_FAILED,
    )


def unaffordable(assistant: Assistant, prompt: Prompt) -> Reply:
    """The month's AI budget is used up: people take over, and the visitor is told so."""
    return Reply(
        status="human",
        reason="escalated",
        text=assistant.fallback_message or passing_on(prompt),
        author_name=assistant.name,
        assistant_id=assistant.pk,
        attention=Conversation.Attention.PEOPLE_ONLY,
        to_people=True,
    )


def _named(passages: Sequence[Passage]) -> tuple[dict[str, str], ...]:
    return tuple({"title": passage.title, "url": passage.url} for passage in passages)
