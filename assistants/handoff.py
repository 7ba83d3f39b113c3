"""When an assistant passes a visitor on, to whom, and what the visitor reads of it (D9).

Within one conversation an assistant that has passed the visitor on never gets them back from another one. Where that,
an archived assistant or the limit stands in the way, people take the visitor: they are never sent in a circle.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, replace
from typing import Final

from assistants.models import Assistant, Handoff, Target
from assistants.providers.languages import language_of
from assistants.routing.intents import HUMAN
from assistants.routing.readings import Reading, ReadingWanted, by_words
from assistants.routing.words import holds, spaced, words_of
from assistants.selection import AssistantMisconfigured, find
from conversations.models import Conversation
from conversations.said import Received, Reply

PLACEHOLDERS: Final = ("{assistant}", "{target}", "{company}")
PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")

_TO_PEOPLE: Final = {
    "en": "{assistant} passes you on to the team at {company}. A person will reply to you here.",
    "de": "{assistant} gibt Sie an das Team von {company} weiter. Ein Mensch antwortet Ihnen hier.",
    "fr": "{assistant} vous confie à l’équipe de {company}. Une personne vous répondra ici.",
    "es": "{assistant} le pasa con el equipo de {company}. Una persona le responderá aquí.",
    "it": "{assistant} La affida al team di {company}. Una persona Le risponderà qui.",
    "nl": "{assistant} geeft u door aan het team van {company}. Iemand antwoordt u hier.",
    "pt": "{assistant} passa a conversa à equipa de {company}. Uma pessoa responderá aqui.",
}
_TO_ASSISTANT: Final = {
    "en": "{assistant} passes you on to {target}.",
    "de": "{assistant} gibt Sie an {target} weiter.",
    "fr": "{assistant} vous confie à {target}.",
    "es": "{assistant} le pasa con {target}.",
    "it": "{assistant} La affida a {target}.",
    "nl": "{assistant} geeft u door aan {target}.",
    "pt": "{assistant} passa a conversa a {target}.",
}
_THE_TEAM: Final = {
    "en": "the team", "de": "das Team", "fr": "l’équipe", "es": "el equipo", "it": "il team", "nl": "het team",
    "pt": "a equipa",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PassedOn:
    """Who passes the visitor on to whom (None: to people), what the visitor reads of it, and why the team looks."""

    giver: Assistant
    to: Assistant | None
    line: str
    attention: str


def for_what_is_said(received: Received, giver: Assistant, reading: Reading | None) -> PassedOn | None:
    """Where this assistant passes on what the visitor says, if its settings have it do so. Needs `handoff` loaded.

    Raises ReadingWanted where that depends on what a model makes of it, and none has read it yet.
    """
    settings = giver.handoff
    if not settings.is_set_off_by_words:
        return None
    words = by_words(received.text)
    if settings.on_person and HUMAN in words.intents:
        return _passed_on(received, giver, None, Conversation.Attention.ASKED_FOR_PERSON)
    text = spaced(words_of(received.text))
    if any(holds(text, keyword) for keyword in settings.keywords):
        return _passed_on(received, giver, whom_next(received, giver), Conversation.Attention.PEOPLE_ONLY)
    return _for_a_reading(received, giver, _reading(giver, reading) or words)


def _reading(giver: Assistant, reading: Reading | None) -> Reading | None:
    """What a model made of the message, where the settings ask and the assistant has one. Raises ReadingWanted."""
    asks = giver.handoff.intents or giver.handoff.on_upset
    if reading is None and asks and giver.provider == Assistant.Provider.OPENAI:
        raise ReadingWanted(giver)
    return reading


def _for_a_reading(received: Received, giver: Assistant, reading: Reading) -> PassedOn | None:
    settings = giver.handoff
    if settings.on_upset and reading.is_upset:
        return _passed_on(received, giver, None, Conversation.Attention.UPSET)
    if settings.on_person and HUMAN in reading.intents:
        return _passed_on(received, giver, None, Conversation.Attention.ASKED_FOR_PERSON)
    if reading.intents.intersection(settings.intents):
        return _passed_on(received, giver, whom_next(received, giver), Conversation.Attention.PEOPLE_ONLY)
    return None


def without_answer(received: Received, giver: Assistant) -> PassedOn:
    """Where this assistant passes on what it has no answer to."""
    return _passed_on(received, giver, whom_next(received, giver), Conversation.Attention.NO_ANSWER_FOUND)


def by_own_choice(received: Received, giver: Assistant, to: Assistant | None) -> PassedOn:
    """Where the assistant itself asks for it; `to` is None or what `whom_next` allowed in this turn."""
    return _passed_on(received, giver, to, Conversation.Attention.PEOPLE_ONLY)


def after_failures(received: Received, giver: Assistant, reply: Reply) -> Reply:
    """The second message in a row without an answer: people take over. What was withheld stays for their eyes."""
    passed_on = _passed_on(received, giver, None, reply.attention)
    return replace(reply_to_people(passed_on), withheld=reply.withheld, set_off_by_reply=reply.set_off_by_reply)


def is_failure(reply: Reply) -> bool:
    """Whether the visitor got no answer out of a turn."""
    nothing = reply.status in ("no_reply", "blocked") or reply.attention == Conversation.Attention.NO_ANSWER_FOUND
    return nothing and not reply.to_people


def mark(reply: Reply, passed_on: PassedOn) -> Reply:
    """The reply of the assistant that the visitor was passed on to."""
    return replace(reply, line=passed_on.line, handed_over_by=passed_on.giver.pk)


def reply_to_people(passed_on: PassedOn) -> Reply:
    """No assistant says anything from now on; a person does."""
    return Reply(
        status="human",
        reason="escalated",
        assistant_id=passed_on.giver.pk,
        attention=passed_on.attention,
        line=passed_on.line,
        to_people=True,
        handed_over_by=passed_on.giver.pk,
    )


def reply_by_rule() -> Reply:
    """A routing rule gives the visitor to people before any assistant has spoken."""
    return Reply(status="human", reason="escalated", attention=Conversation.Attention.PEOPLE_ONLY, to_people=True)


def still_wanted(requested: uuid.UUID | None, received: Received) -> uuid.UUID | None:
    """The assistant that the page asks for, unless it has passed this visitor on: then the other one goes on."""
    return None if requested in received.handed_over_by else requested


def whom_next(received: Received, giver: Assistant) -> Assistant | None:
    """The assistant that may take over; None where people do. One query, and only where an assistant is wanted."""
    settings = giver.handoff
    if settings.target == Target.PEOPLE or settings.to_assistant_id is None:
        return None
    past = (*received.handed_over_by, giver.pk)
    if settings.to_assistant_id in past or len(received.handed_over_by) >= settings.most:
        return None
    try:
        return find(received.tenant, settings.to_assistant_id)
    except AssistantMisconfigured:
        return None


def _passed_on(received: Received, giver: Assistant, to: Assistant | None, attention: str) -> PassedOn:
    return PassedOn(giver=giver, to=to, line=line(received, giver, to), attention=attention)


def line(received: Received, giver: Assistant, to: Assistant | None) -> str:
    """What the visitor reads: nothing, the tenant's own words, or ours in the visitor's language."""
    settings = giver.handoff
    if settings.style == Handoff.Style.SILENT:
        return ""
    language = language_of(received.text)
    words = settings.message if settings.style == Handoff.Style.CUSTOM else ""
    words = words or (_TO_ASSISTANT if to else _TO_PEOPLE)[language]
    names = (giver.name, to.name if to else _THE_TEAM[language], received.tenant.name)
    parts = dict(zip(PLACEHOLDERS, names, strict=True))
    return _filled(words, parts)


def _filled(words: str, parts: dict[str, str]) -> str:
    """Each placeholder replaced once, so that a name that looks like one stays as it is."""
    return PLACEHOLDER.sub(lambda found: parts.get(found[0], found[0]), words)
