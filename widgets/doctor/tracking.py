"""Pages and servers that hear of nothing: the builder's gate, mappings, browser events, webhooks."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from tenants import grain
from tracking import builder, health, health_page, mappings
from tracking.models import BrowserSighting, Outcome
from tracking.probes.reports import Report
from widgets.doctor.facts import Facts
from widgets.doctor.findings import Finding, Fix, Line, State
from widgets.doctor.words import ago, tab, times

SHOWN = 3
LOOKED_AT = 50  # outcomes of the kind that comes most
IN_A_WHILE = timedelta(minutes=10)  # a page that is closed hears of it when it is opened again


def gate(facts: Facts) -> list[Finding]:
    """S15: whether Grain has closed the builder."""
    if grain.is_on(builder.GRAIN, facts.tenant):
        return [Finding("gate", State.GOOD, "The Guided Snippet Builder is open")]
    cause = (
        f"The platform’s Grain key {builder.GRAIN} is false, for your company or for all. "
        "Static templates and Widget Tracking Health stay."
    )
    to_do = "The platform’s staff set it to true or remove it."
    fixes = (Fix("Open Grain", reverse("tenants:grain"), role="staff"), Fix("Open Tracking", tab("tracking")))
    title = "The Guided Snippet Builder is closed"
    return [Finding("gate", State.NOTE, title, cause, to_do, fixes, anchor="snippet-builder-not-visible")]


def outcomes(facts: Facts) -> list[Finding]:
    """S21: `emit_browser`."""
    rows = mappings.all_of(facts.tenant)
    off = [row for row in rows if not (row.enabled and row.emit_browser)]
    fixes = (Fix("Open the outcomes", f"{tab('tracking')}#mappings"),)
    if len(off) == len(rows):
        cause = "“Browser event” (emit_browser) is off for each outcome, so nothing reaches the page or its analytics."
        title = "Pages hear of no outcome"
        return [Finding("outcomes", State.WARN, title, cause, fixes=fixes, anchor="no-tracking-events")]
    aside = f"{len(rows) - len(off)} of {len(rows)}"
    if off:
        names = ", ".join(row.get_event_type_display() for row in off)
        title = f"Pages don’t hear of {times(len(off), 'outcome')}"
        cause = f"Their browser event (emit_browser) is off: {names}."
        return [Finding("outcomes", State.NOTE, title, cause, fixes=fixes, aside=aside, anchor="no-tracking-events")]
    return [Finding("outcomes", State.GOOD, "Pages are told of every outcome", aside=aside)]


def browser_events(facts: Facts) -> list[Finding]:
    """S20: outcomes that were for pages, and no page that has told its own of one."""
    last = BrowserSighting.objects.for_tenant(facts.tenant).order_by("-last_at").first()
    if last:
        aside = f"{last.host}, {ago(last.last_at, facts.now)}"
        return [Finding("browser_events", State.GOOD, "Browser events reach a page", aside=aside)]
    kind = next((row.event_type for row in mappings.all_of(facts.tenant) if row.enabled and row.emit_browser), None)
    rows = Outcome.objects.for_tenant(facts.tenant).filter(type=kind).order_by("-occurred_at")[:LOOKED_AT]
    ends = facts.now - IN_A_WHILE
    due = [at for at, emitted in rows.values_list("occurred_at", "emit_browser") if emitted and at < ends]
    if not due:
        return [Finding("browser_events", State.GOOD, "No outcome was due on a page yet")]
    cause = (
        f"Conversations have come to something, last {ago(due[0], facts.now)}, and no page has dispatched the event: "
        "visitors left before it came, or an old copy of the script runs there."
    )
    to_do = "Test it in your browser on the Tracking tab; on your own page the widget’s handle has test()."
    fixes = (Fix("Test in my browser", tab("tracking")),)
    title = "No page has heard of an outcome"
    return [Finding("browser_events", State.WARN, title, cause, to_do, fixes, anchor="no-tracking-events")]


# --- Webhooks: what Health knows, said shorter ------------------------------------------------------------------------
def webhooks(facts: Facts) -> list[Finding]:
    """S23, S24: the warning, and each endpoint by what its last check found."""
    measured = health.measure(facts.tenant.pk, "15m", facts.now)
    reports = health_page.probes(facts.tenant, measured)
    troubled = [one for one in reports if one.is_troubled]
    disabled = [one for one in reports if one.endpoint.status == one.endpoint.Status.DISABLED]
    lines = _failures(facts, measured) if measured.whole.failures else ()
    found = [_rate(measured, lines)] if measured.whole.is_high else []
    found += [_endpoint(facts, one, () if measured.whole.is_high else lines) for one in troubled[:SHOWN]]
    found += [_disabled(one) for one in disabled[:SHOWN]]
    if found:
        return found
    number = sum(one.endpoint.is_active for one in reports)
    aside = times(number, "endpoint") if reports else "none set up"
    return [Finding("webhooks", State.GOOD, "Webhooks are delivered", aside=aside)]


def _failures(facts: Facts, measured: health.Health) -> tuple[Line, ...]:
    return tuple(
        Line(
            row.started_at, row.status_code, f"{row.event_type} to {row.endpoint.host}", getattr(row, "request_id", "")
        )
        for row in health.recent_failures(facts.tenant.pk, measured)[:5]
    )


def _open_health() -> Fix:
    return Fix("Open Health", f"{tab('tracking')}#health")


def _rate(measured: health.Health, lines: tuple[Line, ...]) -> Finding:
    whole = measured.whole
    return Finding(
        "webhooks",
        State.BAD,
        health.WARNING,
        f"{whole.rate:.0f} % of the last 15 minutes’ deliveries failed. Nothing is lost: each is tried for 75 hours.",
        "Check availability, signature and response time of the endpoints; Health tries each out.",
        (_open_health(),),
        summary=f"{whole.failures:,} of {whole.attempts:,} attempts in the last 15 minutes",
        lines=lines,
        anchor="high-webhook-fail-rate",
    )


def _endpoint(facts: Facts, one: Report, lines: tuple[Line, ...]) -> Finding:
    worst = [verdict for verdict in one.gravest if verdict.state in ("bad", "warn")]
    found = " ".join(f"{verdict.about}: {verdict.title}. {verdict.why}" for verdict in worst)
    since = one.endpoint.failing_since
    failing = f"It began to fail {ago(since, facts.now)}; what waits is tried again by itself." if since else ""
    return Finding(
        "webhooks",
        State.BAD if since or one.state == "bad" else State.WARN,
        f"Your webhook endpoint {one.endpoint.name} needs a look",
        " ".join(part for part in (found, failing) if part),
        " ".join(verdict.to_do for verdict in worst if verdict.to_do),
        (_open_health(), Fix("Open the endpoint", reverse("webhooks:endpoint", args=[one.endpoint.pk]))),
        summary="The last failed deliveries" if lines else "",
        lines=lines,
        anchor="high-webhook-fail-rate",
    )


def _disabled(one: Report) -> Finding:
    fix = Fix("Open the endpoint", reverse("webhooks:endpoint", args=[one.endpoint.pk]))
    cause = "It answered 410, or nothing but failures came for five days. Its events wait for 14 days."
    title = f"Your webhook endpoint {one.endpoint.name} is disabled"
    return Finding("webhooks", State.WARN, title, cause, fixes=(fix,), anchor="high-webhook-fail-rate")
