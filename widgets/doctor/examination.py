"""All checks of a tenant, one by one: one that fails, or takes too long, says so and hides none of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog
from django.db import connection
from django.utils import timezone
from structlog.contextvars import get_contextvars

from tenants.models import Membership
from widgets.doctor import answering, door, sending, tracking
from widgets.doctor.facts import Facts
from widgets.doctor.findings import Finding, Fix, Line, State

SECONDS = 3  # of one statement: none of them needs a hundredth of it

CHECKS: Final[dict[str, tuple[str, Callable[[Facts], list[Finding]]]]] = {
    "tokens": ("Tokens", door.tokens),
    "domains": ("Allowed domains", door.domains),
    "tenant_id": ("The tenant id", door.tenant_id),
    "sites": ("Pages with the widget", door.sites),
    "requests": ("Calls that can’t be read", sending.requests),
    "pace": ("Calls that come too fast", sending.pace),
    "plan": ("The plan", sending.plan),
    "faults": ("Faults on our side", sending.faults),
    "assistant": ("Who answers", answering.assistant),
    "provider": ("Models", answering.provider),
    "money": ("The AI budget", answering.money),
    "held": ("Held replies", answering.held),
    "gate": ("The snippet builder", tracking.gate),
    "outcomes": ("Outcomes for pages", tracking.outcomes),
    "browser_events": ("Browser events", tracking.browser_events),
    "webhooks": ("Webhooks", tracking.webhooks),
}
_GRAVEST_FIRST = list(State)

logger = structlog.get_logger("widgets.doctor")


@dataclass(frozen=True, slots=True)
class Examination:
    """What all checks came to."""

    made_at: datetime
    findings: list[Finding]

    @property
    def troubled(self) -> list[Finding]:
        """What needs somebody, the gravest first."""
        found = [one for one in self.findings if one.is_troubled]
        return sorted(found, key=lambda one: _GRAVEST_FIRST.index(one.state))

    @property
    def notes(self) -> list[Finding]:
        """What is as it is meant, or over."""
        return [one for one in self.findings if one.state == State.NOTE]

    @property
    def passed(self) -> list[Finding]:
        """What is well."""
        return [one for one in self.findings if one.state == State.GOOD]


def examine(membership: Membership) -> Examination:
    """Examine the tenant for one of its people, who is offered what they may press."""
    now = timezone.now()
    facts = Facts(membership.tenant, now)
    with _patient():
        found = [finding for key in CHECKS for finding in _make(key, facts)]
    return Examination(now, [offered(finding, membership) for finding in found])


def offered(finding: Finding, membership: Membership) -> Finding:
    """The finding with those of its fixes that this person may press, or who to ask."""
    mine = tuple(fix for fix in finding.fixes if _may_press(fix, membership))
    if mine or not finding.fixes:
        return replace(finding, fixes=mine)
    asked = "the platform’s staff" if finding.fixes[0].role == "staff" else f"one of role {finding.fixes[0].role}"
    return replace(finding, fixes=(), to_do=f"{finding.to_do} Ask {asked} to do it.".strip())


def _may_press(fix: Fix, membership: Membership) -> bool:
    return membership.user.is_staff if fix.role == "staff" else membership.is_at_least(fix.role)


def _make(key: str, facts: Facts) -> list[Finding]:
    name, check = CHECKS[key]
    try:
        return check(facts)
    except Exception as error:  # the others must still be heard
        logger.exception("a check could not be made", check=key)
        request_id = str(get_contextvars().get("request_id", ""))
        cause = f"Reading what it needs failed ({type(error).__name__}). That says nothing about your settings."
        return [
            Finding(
                key,
                State.UNKNOWN,
                f"{name} could not be checked",
                cause,
                "Examine again; if it stays, send us the report.",
                summary="The request to ask for",
                lines=(Line(facts.now, None, f"check {key}", request_id),),
            )
        ]


@contextmanager
def _patient() -> Iterator[None]:
    """No statement may take longer; what a tenant has much of is no reason for a page that hangs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", [f"{SECONDS}s"])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
