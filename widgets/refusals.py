"""Why the widget's door stays shut: each code of contract §1 that visitors can meet there, with what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import ClassVar

from django.utils import timezone
from rest_framework.exceptions import APIException, MethodNotAllowed, NotFound

from assistants import selection
from conversations import turns
from tenants.usage import UsageLimitReached
from widgets.call_log import Shown


class DoorShut(APIException):
    """Not let in; `shown` is the genuine token that came along, if any."""

    shown: Shown | None = None


class WidgetNotFound(DoorShut):
    """No tenant has this id."""

    status_code = 404
    default_code = "widget_not_found"
    default_detail = "There is no widget with this id. Copy the snippet again from Settings → Chat Widget → Install."


class TokenRefused(DoorShut):
    """The bearer token doesn't open this door. Not DRF's own class, which turns into a 403 where no scheme is set."""

    status_code = 401
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


class TokenMissing(TokenRefused):
    default_code = "token_missing"
    default_detail = "Send the widget token as “Authorization: Bearer <token>”."


class TokenInvalid(TokenRefused):
    default_code = "token_invalid"
    default_detail = "This isn't a token of this widget. Copy the snippet again from Settings → Chat Widget → Install."


class TokenExpired(TokenRefused):
    default_code = "token_expired"
    default_detail = "This widget token has expired. Issue a new one under Settings → Chat Widget → Install."


class TokenRevoked(TokenRefused):
    default_code = "token_revoked"
    default_detail = "This widget token was revoked. Issue a new one under Settings → Chat Widget → Install."


class DomainNotAuthorized(DoorShut):
    """The site isn't on the tenant's allowlist. The text is fixed by contract §1."""

    status_code = 403
    default_code = "domain_not_authorized"
    default_detail = "Domain not authorized"


class WrongMethod(MethodNotAllowed):
    """The address is asked in another way; says in which ones it can be."""

    def __init__(self, method: str, *, allowed: str) -> None:
        super().__init__(method)
        self.headers = {"Allow": allowed}


class PayloadTooLarge(APIException):
    status_code = 413
    default_code = "payload_too_large"
    default_detail = "The body is larger than 64 KiB. Send less."


class VoiceNotConfigured(APIException):
    status_code = 404
    default_code = "voice_not_configured"
    default_detail = "No phone number is set. Set one under Settings → Chat Widget → Behaviour."


class MessageInProgress(APIException):
    """The same `messageId` is being answered right now."""

    status_code = 409
    default_code = "message_in_progress"
    default_detail = "This message is being answered. Ask again with the same messageId in a moment."

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.headers = {"Retry-After": str(retry_after)}


class UsageLimitExceeded(APIException):
    """The plan's conversations are used up; says when the next month begins (contract §1)."""

    status_code = 429
    default_code = "usage_limit_exceeded"

    def __init__(self, *, limit: int, resets_at: datetime) -> None:
        super().__init__(f"All {limit:,} conversations of this month's plan are used. Upgrade the plan or wait.")
        wait = max(1, round((resets_at - timezone.now()).total_seconds()))
        self.headers = {
            "Retry-After": str(wait),
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": str(round(resets_at.timestamp())),
        }


class NoAssistant(APIException):
    """The tenant expects an assistant to answer and has none."""

    status_code = 400
    default_code = "no_assistant"
    default_detail = "No assistant answers here. Star a default chat assistant under Assistants, or let people answer."


class AssistantMisconfigured(APIException):
    """The assistant that should answer can't work; the message says what it lacks."""

    status_code = 500
    default_code = "assistant_misconfigured"


@contextmanager
def in_the_contracts_words() -> Iterator[None]:
    """What goes wrong leaves as the contract's code for it."""
    try:
        yield
    except turns.MessageInProgress as problem:
        raise MessageInProgress(problem.retry_after) from None
    except UsageLimitReached as problem:
        raise UsageLimitExceeded(limit=problem.limit, resets_at=problem.resets_at) from None
    except (turns.ConversationNotFound, selection.AssistantNotFound):
        raise NotFound("There is no such conversation or assistant here.") from None
    except selection.NoAssistant:
        raise NoAssistant from None
    except selection.AssistantMisconfigured as problem:
        raise AssistantMisconfigured(str(problem)) from None
