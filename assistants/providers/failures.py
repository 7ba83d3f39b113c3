"""What went wrong with a call, as one ProviderError: from status, body and the socket's own error. Pure.

No message carries words of the server: vendors quote the key in theirs, and a hostile address would write its own.
"""

from __future__ import annotations

import math
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
import httpx2
import openai

from .base import Failure, ProviderError

MAX_RETRY_AFTER = 3600.0
"""Seconds; a server that asks for more is taken to mean an hour."""

CODES = {
    Failure.NO_CREDIT: frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"}),
    Failure.CONTENT_FILTER: frozenset({"content_filter", "content_policy_violation", "responsibleaipolicyviolation"}),
    Failure.MODEL_NOT_FOUND: frozenset({"model_not_found", "model_not_available"}),
}
"""Error codes and types that say more than the status does."""

STATUSES = {
    401: Failure.BAD_KEY,
    402: Failure.NO_CREDIT,
    403: Failure.BAD_KEY,
    404: Failure.MODEL_NOT_FOUND,
    408: Failure.TIMEOUT,
    429: Failure.RATE_LIMITED,
}

MESSAGES = {
    Failure.BAD_KEY: "The AI provider refuses the key. Enter a valid one that may use this model.",
    Failure.NO_CREDIT: "The AI provider account has no credit left. Check its billing page.",
    Failure.RATE_LIMITED: "The AI provider says there are too many requests. Raise its rate limit or try again later.",
    Failure.TIMEOUT: "The AI provider took too long to answer. Try again, or choose a faster model.",
    Failure.CONTENT_FILTER: "The AI provider's content filter stopped the answer. Check the assistant's prompt.",
    Failure.UNREACHABLE: "The AI provider can't be reached. Check the base URL and that the server runs.",
    Failure.GARBAGE: "The AI provider's reply can't be understood. Check that its base URL is OpenAI-compatible.",
    Failure.SERVER_ERROR: "The AI provider has an internal error. Check its status page and try again later.",
    Failure.MODEL_NOT_FOUND: "The AI provider doesn't know the model or address. Check the model and the base URL.",
    Failure.REFUSED_ADDRESS: "The base URL leads to an address that may not be called. Enter a public https address.",
    Failure.NOT_CONFIGURED: "The assistant has no AI provider yet. Enter a key and a model.",
}


def fail(failure: Failure, message: str = "", *, retry_after: float | None = None) -> ProviderError:
    """A ProviderError with the failure's own sentence unless a better one is given."""
    return ProviderError(failure, message or MESSAGES[failure], retry_after=retry_after)


def explain(error: BaseException) -> ProviderError:
    """The ProviderError that says what an exception of the client means."""
    if isinstance(error, openai.APIStatusError):
        return _explain_status(error)
    causes = _chain(error)
    for kinds, failure, message in CAUSES:
        if any(isinstance(cause, kinds) for cause in causes):
            return fail(failure, message)
    return fail(Failure.UNREACHABLE if isinstance(error, openai.APIConnectionError) else Failure.GARBAGE)


def is_too_long(complaint: str) -> bool:
    """True when a server complains that the prompt doesn't fit the model."""
    return "context_length" in complaint or "context length" in complaint.lower()


def complaint_of(error: openai.APIStatusError) -> str:
    """What the server says is wrong with the request, for matching only, never for showing."""
    return f"{error.param or ''} {error.code or ''} {error.message}"[:4000]


def _explain_status(error: openai.APIStatusError) -> ProviderError:
    status = error.status_code
    failure = _failure_of(status, {str(code).lower() for code in (error.code, error.type) if code})
    message = ""
    if status < 400:
        message = "The base URL leads on to another address. Enter the final one."
    elif failure is Failure.GARBAGE and is_too_long(complaint_of(error)):
        message = "The talk and its knowledge are longer than the model can read. Choose one with a larger context."
    elif failure is Failure.GARBAGE:
        message = f"The AI provider refused the request (HTTP {status}). Check the assistant's model settings."
    return fail(failure, message, retry_after=read_retry_after(error.response.headers))


def explain_told(error: object) -> ProviderError:
    """The ProviderError for what a server says went wrong in the middle of a stream."""
    facts = error if isinstance(error, dict) else {}
    codes = [facts.get("code"), facts.get("type")]
    status = next((code for code in codes if isinstance(code, int) and not isinstance(code, bool)), 500)
    return fail(_failure_of(status, {str(code).lower() for code in codes if code}))


def _failure_of(status: int, codes: set[str]) -> Failure:
    for failure, known in CODES.items():
        if codes & known:
            return failure
    return STATUSES.get(status) or (Failure.SERVER_ERROR if status >= 500 else Failure.GARBAGE)


CAUSES: tuple[tuple[tuple[type[BaseException], ...], Failure, str], ...] = (
    ((aiohttp.InvalidURL,), Failure.REFUSED_ADDRESS, ""),
    (
        (ssl.SSLError, aiohttp.ClientSSLError),
        Failure.UNREACHABLE,
        "No secure connection to the AI provider is possible. Check the base URL and the server's certificate.",
    ),
    (
        (aiohttp.ClientConnectorDNSError, socket.gaierror),
        Failure.UNREACHABLE,
        "The AI provider's host name can't be found. Check the base URL.",
    ),
    ((aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError), Failure.UNREACHABLE, ""),
    ((TimeoutError, httpx2.ReadTimeout), Failure.TIMEOUT, ""),
    ((aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, OSError), Failure.UNREACHABLE, ""),
    (
        (httpx2.InvalidURL, httpx2.UnsupportedProtocol),
        Failure.NOT_CONFIGURED,
        "The base URL is not a web address. Correct it.",
    ),
)
"""The first row that fits an error or one of its causes decides. The causes count because the library files refused and
broken connections under timeouts."""


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what caused it."""
    causes = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None and cause not in causes:
        causes.append(cause)
    return causes


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait, from a number or a date; None when it doesn't say so sensibly."""
    text = headers.get("retry-after", "").strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            when = parsedate_to_datetime(text)
        except ValueError:
            return None
        seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()
    if not math.isfinite(seconds):
        return None
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)
