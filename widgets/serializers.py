"""What widgets send, read strictly: a number is no text, an unknown field is no matter (contract §3).

Written by hand and not with serializer classes: the chat call is the hottest of all, and these take microseconds.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn, TypeVar

import orjson
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import validate_email
from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import UnsupportedMediaType, ValidationError

from widgets.refusals import PayloadTooLarge

MAX_BODY = 64 * 1024  # bytes
MAX_MESSAGE = 4_000  # Unicode code points
MAX_EMAIL = 254
MAX_COMMENT = 2_000  # of a rating
_KEY = re.compile(r"[A-Za-z0-9_.-]{1,128}")
_EVENT = re.compile(
    r"widget_loaded|widget_opened|widget_closed|message_sent|proactive_shown|proactive_dismissed|proactive_clicked"
    r"|custom:[A-Za-z0-9_.:-]{1,64}"
)
_HASH = re.compile(r"[0-9a-fA-F]{64}")
UNKNOWN = uuid.UUID(int=0)  # nobody's id
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ContactIn:
    """Who the visitor says to be; `hash` proves the e-mail address."""

    name: str = ""
    email: str = ""
    phone: str = ""
    hash: str = ""


@dataclass(frozen=True, slots=True)
class PageIn:
    """Where on the tenant's site the visitor is."""

    url: str = ""
    title: str = ""
    referrer: str = ""


@dataclass(frozen=True, slots=True)
class ChatIn:
    """One message of a visitor."""

    session_id: str
    message: str
    assistant_id: uuid.UUID | None
    conversation_id: uuid.UUID | None
    message_id: str
    contact: ContactIn | None
    page: PageIn | None


@dataclass(frozen=True, slots=True)
class TrackIn:
    """One thing that happened in a widget."""

    session_id: str
    event: str
    timestamp: datetime
    metadata: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RatingIn:
    """What a visitor thinks of a conversation."""

    session_id: str
    conversation_id: uuid.UUID
    score: int
    comment: str


def parse(body: bytes, content_type: str) -> dict[str, Any]:
    """The JSON object in a request's body. A lone surrogate is no text and fails here as well."""
    if not body:
        raise ValidationError({"non_field_errors": ["The body is empty; it must be a JSON object."]})
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType(content_type, "Send JSON with “Content-Type: application/json”.")
    if len(body) > MAX_BODY:
        raise PayloadTooLarge
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ValidationError({"non_field_errors": [f"The body is no JSON: {error}."]}) from error
    if not isinstance(data, dict):
        raise ValidationError({"non_field_errors": ["The body must be a JSON object."]})
    return data


def read_chat(data: Mapping[str, Any]) -> ChatIn:
    """The fields of `POST …/chat`."""
    return ChatIn(
        session_id=read_key(data, "sessionId"),
        message=_message(data),
        assistant_id=read_id(data, "assistantId"),
        conversation_id=read_id(data, "conversationId"),
        message_id=read_key(data, "messageId", required=False),
        contact=_nested(data, "contact", _contact),
        page=_nested(data, "page", _page),
    )


def read_track(data: Mapping[str, Any]) -> TrackIn:
    """The fields of `POST …/track`."""
    event = _text(data, "event", limit=80, required=True)
    if not _EVENT.fullmatch(event):
        _refuse("event", "This event isn't known. Name your own events custom:<name>.")
    metadata = data.get("metadata")
    if not isinstance(metadata, dict | None):
        _refuse("metadata", "This must be an object.")
    return TrackIn(read_key(data, "sessionId"), event, _time(data, "timestamp"), metadata or {})


def read_rating(data: Mapping[str, Any]) -> RatingIn:
    """The fields of `POST …/rating`."""
    score = data.get("score")
    if not isinstance(score, int) or isinstance(score, bool) or not 1 <= score <= 5:
        _refuse("score", "This must be a whole number from 1 to 5.")
    conversation_id = read_id(data, "conversationId")
    if conversation_id is None:
        _refuse("conversationId", "This is required.")
    comment = _text(data, "comment", limit=MAX_COMMENT).strip()
    return RatingIn(read_key(data, "sessionId"), conversation_id, score, comment)


def read_key(data: Mapping[str, Any], name: str, *, required: bool = True) -> str:
    """A session's or message's id, as clients make them."""
    value = _text(data, name, limit=128, required=required)
    if value and not _KEY.fullmatch(value):
        _refuse(name, "Use 1 to 128 letters, digits, underscores, dots and hyphens.")
    return value


def _message(data: Mapping[str, Any]) -> str:
    value = data.get("message")
    if isinstance(value, str):
        value = value.strip()
        if len(value) > MAX_MESSAGE:
            _refuse("message", f"Use at most {MAX_MESSAGE:,} characters; this has {len(value):,}.")
    return _text({"message": value}, "message", limit=MAX_MESSAGE, required=True)


def _text(data: Mapping[str, Any], name: str, *, limit: int, required: bool = False) -> str:
    value = data.get(name)
    if value is None or value == "":
        if required:
            _refuse(name, "This is required.")
        return ""
    if not isinstance(value, str):
        _refuse(name, "This must be text.")
    if len(value) > limit:
        _refuse(name, f"Use at most {limit:,} characters.")
    if "\0" in value:
        _refuse(name, "The NUL character isn't allowed.")
    return value


def read_id(data: Mapping[str, Any], name: str) -> uuid.UUID | None:
    """An id of ours that may be missing; what can't be one is as unknown as a stranger's."""
    text = _text(data, name, limit=128)
    return (as_uuid(text) or UNKNOWN) if text else None


def as_uuid(text: str) -> uuid.UUID | None:
    """The id that a text spells, if any."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _nested(data: Mapping[str, Any], name: str, read: Callable[[Mapping[str, Any]], T]) -> T | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, dict):
        _refuse(name, "This must be an object.")
    try:
        return read(value)
    except ValidationError as error:
        raise ValidationError({name: error.detail}) from error


def _contact(data: Mapping[str, Any]) -> ContactIn:
    email = _text(data, "email", limit=MAX_EMAIL).strip()
    if email:
        if len(email.lower()) > MAX_EMAIL:  # a letter such as “İ” is two when small, and small is how it's kept
            _refuse("email", f"Use at most {MAX_EMAIL} characters.")
        try:
            validate_email(email)
        except DjangoValidationError:
            _refuse("email", "This e-mail address looks unfinished.")
    digest = _text(data, "hash", limit=64)
    if digest and not _HASH.fullmatch(digest):
        _refuse("hash", "This must be 64 hexadecimal digits.")
    return ContactIn(
        name=_text(data, "name", limit=200).strip(),
        email=email,
        phone=_text(data, "phone", limit=40).strip(),
        hash=digest.lower(),
    )


def _page(data: Mapping[str, Any]) -> PageIn:
    """Addresses and titles are the host page's, not the visitor's: too long ones are cut, not refused."""
    return PageIn(
        url=_text(data, "url", limit=MAX_BODY)[:2_000],
        title=_text(data, "title", limit=MAX_BODY)[:300],
        referrer=_text(data, "referrer", limit=MAX_BODY)[:2_000],
    )


def _time(data: Mapping[str, Any], name: str) -> datetime:
    text = _text(data, name, limit=40, required=True)
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        _refuse(name, "Write a time as in 2026-03-31T14:05:00Z.")
    return moment


def _refuse(name: str, sentence: str) -> NoReturn:
    raise ValidationError({name: [sentence]})
