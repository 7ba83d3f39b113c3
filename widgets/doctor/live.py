"""What the browser in front of the page has tried, judged: script, door, socket, the parts behind it, presets; pure.

The browser tells facts: an outcome of a closed set, milliseconds, status, code and request id. They are its own, are
shown to nobody else and stored nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.urls import reverse

from tenants.templatetags.moments import say_took
from widgets import embed
from widgets.doctor.findings import Finding, Fix, Line, State
from widgets.doctor.words import tab
from widgets.domains import site_of

_SANE = re.compile(r"[A-Za-z0-9_.-]{0,128}")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,260}")
OUTCOMES = frozenset({"ok", "unreachable", "status", "wrong", "refused", "closed", "silent", "failed"})
PARTS = {
    "database": "The database doesn’t answer.",
    "cache": "The cache (Redis) doesn’t answer: messages are still taken, but live updates and limits suffer.",
    "broker": "The queue of tasks (Redis) doesn’t answer: mails, webhooks and reading wait.",
    "worker": "No worker has worked in the last minute: webhooks, mails, held replies’ notices and reading wait.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a browser says of one try."""

    outcome: str
    took: int = 0  # milliseconds
    status: int | None = None
    code: str = ""
    request_id: str = ""
    origin: str = ""  # of the page it stands on

    @property
    def took_words(self) -> str:
        return say_took(self.took)


def read(query: Mapping[str, str]) -> Told | None:
    """The facts out of a query string; None where they can't be any."""
    outcome = query.get("outcome", "")
    took, status = (query.get(name, "") or "0" for name in ("took", "status"))
    texts = [query.get(name, "") for name in ("code", "request_id")]
    numbers_fit = all(n.isascii() and n.isdigit() and len(n) < 7 for n in (took, status))
    origin = query.get("origin", "")
    if outcome not in OUTCOMES or not numbers_fit or not all(_SANE.fullmatch(text) for text in texts):
        return None
    if origin and not _ORIGIN.fullmatch(origin):
        return None
    return Told(outcome, int(took), int(status) or None, texts[0], texts[1], origin)


def _lines(told: Told, what: str, now: datetime) -> tuple[Line, ...]:
    return (Line(now, told.status, what, told.request_id),)


def _script(told: Told, now: datetime) -> Finding:
    url = settings.PUBLIC_URL + embed.SCRIPT
    if told.outcome == "ok":
        return Finding("script", State.GOOD, "The widget’s script loads, module and classic", aside=told.took_words)
    cause = {
        "unreachable": f"Your browser got no answer from {url}: an ad blocker, a firewall, or it is away.",
        "wrong": f"{url} answers with something that is no script: a proxy before it sends a page of its own.",
    }.get(told.outcome, f"{url} answers with {told.status}.")
    to_do = "Open the address in a new tab. If it fails there too, whoever runs the installation has to look at it."
    fixes = (Fix("Open the script", url, role="agent"),)
    title = "The widget’s script doesn’t load here"
    lines = _lines(told, f"GET {embed.SCRIPT}", now)
    return Finding("script", State.BAD, title, cause, to_do, fixes, lines=lines, anchor="widget-does-not-appear")


def _api(told: Told, now: datetime) -> Finding:
    if told.outcome == "ok":
        return Finding("api", State.GOOD, "The widget’s calls are answered", aside=f"200 in {told.took_words}")
    lines = _lines(told, "GET /api/widgets/…/config", now)
    if told.outcome == "status":
        cause = f"With your newest token the widget’s first call is answered with {told.status} {told.code}."
        fixes = (Fix("Open Install", tab("install")),)
        title = "The widget’s first call is refused"
        return Finding("api", State.BAD, title, cause, fixes=fixes, lines=lines, anchor=told.code)
    cause = f"Your browser got no answer from {settings.PUBLIC_URL}, the “apiUrl” of your snippet."
    to_do = "If other networks reach it, something between you and it blocks the address."
    title = "The “apiUrl” can’t be reached from here"
    return Finding("api", State.BAD, title, cause, to_do, lines=lines, anchor="messages-are-not-sent")


_CLOSED = {
    "auth_timeout": "It heard no sign-in within five seconds: your connection or the server is very slow.",
    "auth_invalid": "It refused the token of your session.",
    "auth_expired": "The token of your session had expired; the clock of the server may be wrong.",
    "auth_revoked": "Your access has ended.",
    "forbidden": "You are no member of this company any more.",
    "too_many_connections": "You have more dashboards open than it allows. Close some tabs.",
}


def _socket(told: Told, now: datetime) -> Finding:
    if told.outcome == "ok":
        aside = f"auth:ok and pong in {told.took_words}"
        return Finding("socket", State.GOOD, "The live connection opens and signs in", aside=aside)
    cause, to_do = _why_not_live(told)
    title = "New messages appear only after a reload"
    lines = _lines(told, "WebSocket /api/ws/tenant", now)
    fixes = (Fix("Try again", reverse("widgets:doctor"), role="agent"),)
    return Finding("socket", State.BAD, title, cause, to_do, fixes, lines=lines, anchor="dashboard-is-not-live")


def _why_not_live(told: Told) -> tuple[str, str]:
    own = site_of(settings.PUBLIC_URL)
    if told.outcome == "refused" and told.origin and site_of(told.origin) != own:
        cause = f"You have opened the dashboard at {told.origin}, and its live connection takes pages of its own alone."
        return cause, f"Open it at {settings.PUBLIC_URL}, or have PUBLIC_URL set to where it is."
    if told.outcome == "refused":
        cause = "The connection to /api/ws/tenant did not open: a proxy before the installation doesn’t pass it on."
        return (
            cause,
            "The proxy has to pass the headers Upgrade and Connection, and leave idle connections for a minute.",
        )
    if told.outcome == "silent":
        return (
            "The connection opened, but nothing came over it.",
            "A proxy or an antivirus program holds WebSocket frames back; try another network.",
        )
    if told.outcome == "status":
        return f"No token for it could be got: POST /api/auth/session answered {told.status}.", "Sign in again."
    if told.outcome == "unreachable":
        return "The server could not be asked for a token.", "Check your connection."
    return _CLOSED.get(told.code, f"It was closed with {told.status} {told.code}."), "Sign in again if it stays."


def _parts(told: Told, now: datetime) -> Finding:
    if told.outcome == "ok":
        return Finding("parts", State.GOOD, "Database, cache, queue and worker answer", aside=told.took_words)
    failed = [words for name, words in PARTS.items() if name in told.code.split(".")]
    cause = " ".join(failed) or "It could not be asked how its parts are."
    to_do = "Whoever runs the installation finds the part in /readyz and in the log. Nothing that was accepted is lost."
    title = "A part of the installation is down"
    lines = _lines(told, "GET /readyz", now)
    return Finding("parts", State.BAD, title, cause, to_do, lines=lines, anchor="server_error")


def _presets(told: Told, now: datetime) -> Finding:
    if told.outcome == "ok":
        return Finding("presets", State.GOOD, "The preset registry answers", aside=told.took_words)
    got = f"answers {told.status} {told.code}" if told.status else "gives no answer"
    cause = f"GET /api/tracking/presets {got}. The Tracking tab goes on with built-in defaults, the same every time."
    to_do = "Go on: choices, templates, copying and Health work as always."
    fixes = (Fix("Open Tracking", tab("tracking")),)
    lines = _lines(told, "GET /api/tracking/presets", now)
    title = "Preset registry unavailable"
    return Finding("presets", State.WARN, title, cause, to_do, fixes, lines=lines, anchor="preset-registry-unavailable")


CHECKS: Final[dict[str, tuple[str, Callable[[Told, datetime], Finding]]]] = {
    "script": ("Loading the widget’s script", _script),
    "api": ("Making the widget’s first call", _api),
    "socket": ("Opening the live connection", _socket),
    "parts": ("Asking database, cache, queue and worker", _parts),
    "presets": ("Asking the preset registry", _presets),
}
FOR_ADMINS = frozenset({"api", "presets"})  # they take a widget token, or a role


def judge(check: str, told: Told, now: datetime) -> Finding:
    """What a try comes to."""
    return CHECKS[check][1](told, now)
