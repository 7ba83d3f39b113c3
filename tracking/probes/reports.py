"""What is known of each endpoint by its probe, for Health's page, its API and the mail of a warning."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tracking.models import EndpointProbe, WebhookEndpoint
from tracking.probes import verdicts
from tracking.probes.verdicts import Logged, Verdict
from tracking.webhook_secrets import OVERLAP

_WORST_FIRST = ("bad", "warn", "", "good")


@dataclass(frozen=True, slots=True)
class Report:
    """One endpoint: whether it is being probed, and what the last probe that still holds has found."""

    endpoint: WebhookEndpoint
    probe: EndpointProbe | None = None
    is_running: bool = False
    is_lost: bool = False  # the last one was cut off
    is_outdated: bool = False  # address or secret have changed since
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def state(self) -> str:
        """The worst of the three."""
        return min((verdict.state for verdict in self.verdicts), key=_WORST_FIRST.index, default="")

    def _verdict(self, about: str) -> Verdict | None:
        return next((verdict for verdict in self.verdicts if verdict.about == about), None)

    @property
    def is_troubled(self) -> bool:
        """Somebody should look: deliveries go there, and a verdict or the deliveries themselves say that they fail."""
        return self.endpoint.is_active and (self.state in ("bad", "warn") or self.endpoint.failing_since is not None)

    @property
    def reachability(self) -> Verdict | None:
        return self._verdict(verdicts.REACHABILITY)

    @property
    def signature(self) -> Verdict | None:
        return self._verdict(verdicts.SIGNATURE)

    @property
    def response_time(self) -> Verdict | None:
        return self._verdict(verdicts.RESPONSE_TIME)

    @property
    def gravest(self) -> list[Verdict]:
        """Those that make it so."""
        return [verdict for verdict in self.verdicts if verdict.state == self.state]


def report(
    tenant_id: uuid.UUID, endpoints: Sequence[WebhookEndpoint], logged: Mapping[uuid.UUID, Logged], now: datetime
) -> list[Report]:
    """Of each of these endpoints, the worst first; one statement."""
    wanted = EndpointProbe.objects.for_tenant(tenant_id).filter(endpoint__in=[e.pk for e in endpoints])
    probes = {probe.endpoint_id: probe for probe in wanted.select_related("asked_by")}
    reports = [_report(e, probes.get(e.pk), logged.get(e.pk, Logged()), now) for e in endpoints]
    return sorted(reports, key=lambda one: (_WORST_FIRST.index(one.state), one.endpoint.created_at))


def _report(endpoint: WebhookEndpoint, probe: EndpointProbe | None, logged: Logged, now: datetime) -> Report:
    if probe is None:
        return Report(endpoint)
    until = endpoint.previous_until
    is_outdated = probe.checked_at is not None and (
        probe.url != endpoint.url or (until is not None and probe.checked_at < until - OVERLAP)
    )
    found: list[Verdict] = []
    if probe.checked_at and not is_outdated:
        found = verdicts.judge(probe, logged, now, old_signs_until=until)
    return Report(endpoint, probe, probe.is_running(now), probe.is_lost(now), is_outdated, found)
