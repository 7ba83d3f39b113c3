"""What the checks go by: each fact is read once, when a check first asks, in one statement or a fixed few."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import F

from tenants.models import Tenant
from tracking.models import WidgetEvent
from widgets import call_log, seen
from widgets.doctor.findings import Line
from widgets.domains import is_allowed
from widgets.models import AllowedDomain, FailedCalls, SiteSeen, WidgetSettings, WidgetToken

DAY = timedelta(hours=24)
LATELY = timedelta(hours=1)  # what came last within it may still go on
ROWS_READ = 1_000  # of failed calls: forty an hour, which only somebody who means harm makes
LINES = 5
TOKENS_READ = 300


@dataclass(frozen=True, slots=True)
class Failed:
    """Calls of the last day that failed in one way on one site; `rows` are those of its hours, the latest first."""

    code: str
    host: str
    rows: Sequence[FailedCalls]

    @property
    def times(self) -> int:
        return sum(row.times for row in self.rows)

    @property
    def first_at(self) -> datetime:
        return min(row.first_at for row in self.rows)

    @property
    def last_at(self) -> datetime:
        return max(row.last_at for row in self.rows)

    @property
    def jti(self) -> UUID | None:
        """Of the last genuine token that was shown."""
        return next((row.jti for row in self.rows if row.jti), None)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The last calls, as evidence."""
        lines = [
            Line(at, row.status, _call(row), request_id)
            for row in self.rows
            for at, request_id in zip(row.latest_at, row.latest_ids, strict=False)
        ]
        return tuple(sorted(lines, key=lambda line: line.at, reverse=True)[:LINES])


def together(failed: Sequence[Failed]) -> Failed:
    """Several as one, of no site and with the first one's code."""
    rows = sorted((row for one in failed for row in one.rows), key=lambda row: row.last_at, reverse=True)
    return Failed(failed[0].code, "", rows)


def _call(row: FailedCalls) -> str:
    method, _, path = row.endpoint.partition(" ")
    return f"{method} /api/widgets/{row.tenant_id}/{path}"


class Facts:
    """A tenant as it stands now."""

    def __init__(self, tenant: Tenant, now: datetime) -> None:
        self.tenant = tenant
        self.now = now

    @cached_property
    def failed(self) -> list[Failed]:
        """The last day's failed calls, by code and site; those come first that happened last."""
        call_log.write(self.tenant.pk)  # what this process still holds
        rows = FailedCalls.objects.for_tenant(self.tenant).filter(
            last_at__gt=self.now - DAY, hour__gt=self.now - 2 * DAY
        )
        groups: dict[tuple[str, str], list[FailedCalls]] = defaultdict(list)
        for row in rows.order_by("-last_at")[:ROWS_READ]:
            groups[row.code, row.host].append(row)
        return [Failed(code, host, rows) for (code, host), rows in groups.items()]

    def failed_by(self, *codes: str) -> list[Failed]:
        """Of these codes."""
        return [one for one in self.failed if one.code in codes]

    def shut_out(self, *codes: str) -> list[Failed]:
        """Of these codes of the door, where that site hasn't been let in since."""
        return [one for one in self.failed_by(*codes) if not self._has_recovered(one)]

    def _has_recovered(self, failed: Failed) -> bool:
        """Whether that site was let in after its last refusal."""
        seen_at = self.sites.get(failed.host)
        if seen_at is not None and seen_at.last_at > failed.last_at:
            return True
        used = [t.last_used_at for t in self.tokens if t.last_used_at and t.last_origin == failed.host]
        return max(used, default=failed.last_at) > failed.last_at

    @cached_property
    def tokens(self) -> list[WidgetToken]:
        """Also those that are over: pages may still show them."""
        rows = WidgetToken.objects.for_tenant(self.tenant)
        return list(rows.order_by(F("revoked_at").desc(nulls_first=True), "-created_at", "-id")[:TOKENS_READ])

    def token(self, jti: UUID | None) -> WidgetToken | None:
        """The one with this id."""
        return next((token for token in self.tokens if token.jti == jti), None)

    @cached_property
    def listed(self) -> list[str]:
        """The allowlist."""
        rows = AllowedDomain.objects.for_tenant(self.tenant).order_by("domain")
        return list(rows.values_list("domain", flat=True))

    def allows(self, host: str) -> bool:
        """Whether a site may show the widget now."""
        return not self.listed or is_allowed(self.listed, f"https://{host}")

    @cached_property
    def settings(self) -> WidgetSettings:
        """The widget's."""
        return WidgetSettings.objects.filter(tenant=self.tenant).first() or WidgetSettings(tenant=self.tenant)

    @cached_property
    def sites(self) -> dict[str, SiteSeen]:
        """Where the widget has loaded, by host, the latest first."""
        rows = SiteSeen.objects.for_tenant(self.tenant).order_by("-last_at")[: seen.MOST_SITES]
        return {row.host: row for row in rows}

    @cached_property
    def loads(self) -> dict[str, int]:
        """How often the widget loaded on each day (UTC) of the last week."""
        since = (self.now - timedelta(days=7)).date()
        rows = WidgetEvent.objects.for_tenant(self.tenant).filter(day__gte=since, event=seen.EVENT)
        return {day.isoformat(): count for day, count in rows.values_list("day", "count")}
