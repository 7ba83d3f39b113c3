"""What went wrong with a webhook, as one of a few kinds and a sentence for the person who will mend it; pure."""

from __future__ import annotations

import errno
import ssl
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from tracking.bounded import TooMuch
from tracking.models import Failure

CONNECTING, WAITING, READING = "connecting", "waiting", "reading"

_TIMEOUTS = {
    CONNECTING: "No connection within {:g} seconds.",
    WAITING: "No answer within {:g} seconds.",
    READING: "The answer was not complete within {:g} seconds.",
}
_CONNECT = {
    errno.ECONNREFUSED: "The connection was refused: nothing listens there.",
    errno.EHOSTUNREACH: "The server can't be reached.",
    errno.ENETUNREACH: "The server's network can't be reached.",
    errno.ETIMEDOUT: "The server did not take the connection.",
}


def _certificate(error: aiohttp.ClientConnectorCertificateError) -> str:
    reason = getattr(error.certificate_error, "verify_message", "") or "it is not trusted"
    return f"The server's certificate was refused: {str(reason)[:160]}."


def _connect(error: aiohttp.ClientConnectorError) -> str:
    return _CONNECT.get(error.os_error.errno or 0, "The connection failed.")


# The first that fits: the more special ones come first.
_KINDS: list[tuple[Any, Failure, str | Callable[[Any], str]]] = [
    (aiohttp.ClientConnectorDNSError, Failure.DNS, "The host name can't be found."),
    (aiohttp.ClientConnectorCertificateError, Failure.TLS, _certificate),
    (
        (aiohttp.ClientSSLError, ssl.SSLError),
        Failure.TLS,
        "The TLS handshake failed. Is it HTTPS that is spoken there?",
    ),
    (aiohttp.ClientConnectorError, Failure.CONNECT, _connect),
    (TooMuch, Failure.GARBLED, "The server sent far more than an answer has."),
    (
        (aiohttp.ClientResponseError, HttpProcessingError),
        Failure.GARBLED,
        "What came back is not HTTP that can be read.",
    ),
    (
        (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, OSError),
        Failure.DROPPED,
        "The server broke off the connection before the answer was complete.",
    ),
]


def say_timeout(stage: str, seconds: float) -> str:
    """Where the time went."""
    return _TIMEOUTS[stage].format(seconds)


def judge(status: int) -> tuple[str, str]:
    """What a status means: 2xx is success, everything else is not."""
    if 200 <= status < 300:
        return "", ""
    if 300 <= status < 400:
        return (
            Failure.REDIRECT,
            f"The server answered {_name(status)}. Redirects are not followed; enter the new address.",
        )
    return Failure.STATUS, f"The server answered {_name(status)}."


def explain(error: Exception) -> tuple[str, str]:
    """The kind of an exception that the HTTP client raised, and what to tell people of it."""
    for kinds, failure, words in _KINDS:
        if isinstance(error, kinds):
            return failure, words(error) if callable(words) else words
    return Failure.GARBLED, "What came back can't be read."


def _name(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
