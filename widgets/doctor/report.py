"""The report that is copied for support: what failed, where, with which status, tenant id and request ids (S25)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.conf import settings

from tenants.models import Tenant
from tenants.redacting import redact
from widgets import script
from widgets.doctor.findings import Finding, State


def text(tenant: Tenant, made_at: datetime, findings: Iterable[Finding]) -> str:
    """All of it: who and when first, then each finding that isn't plainly well."""
    parts = [paragraph(finding) for finding in findings if finding.state != State.GOOD]
    parts = parts or ["Nothing is wrong as far as the checks can tell."]
    return "\n\n".join([_head(tenant, made_at), *parts])


def _head(tenant: Tenant, made_at: datetime) -> str:
    versions = f"module {script.load(script.MODULE).version}, panel {script.load(script.PANEL).version}"
    return "\n".join(
        (
            "autochat doctor",
            f"tenant id: {tenant.pk}",
            f"made at: {_utc(made_at)}",
            f"installation: {settings.PUBLIC_URL}",
            f"widget: {versions}",
        )
    )


def of_page(url: str, asked_at: datetime, findings: Sequence[Finding]) -> str:
    """What was found on a page of the tenant's own; a query string may hold anything, so it is left out."""
    head = f"page {url.partition('?')[0].partition('#')[0]} looked at {_utc(asked_at)}"
    return "\n\n".join([redact(head), *map(paragraph, findings)])


def paragraph(finding: Finding) -> str:
    """One finding; what looks like a secret is struck out of it, wherever it came from."""
    lines = [f"[{finding.state}] {finding.check}: {finding.title}", *(part for part in (finding.cause,) if part)]
    if finding.summary:
        lines.append(finding.summary)
    lines += [
        f"- {_utc(line.at)} {line.status or '-'} {line.what} request {line.request_id or '-'}" for line in finding.lines
    ]
    return redact("\n".join(lines))


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
