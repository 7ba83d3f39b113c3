"""What people do with webhook endpoints and deliveries: each verb one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from conversations import log
from tenants import audit
from tenants.egress import EgressRefused, check_url
from tenants.models import Tenant, Verb
from tracking.models import Delivery, EventType, LogEvent, WebhookEndpoint
from tracking.outbox import bell
from tracking.webhook_secrets import give_secret, open_secrets, rotate

MOST_ENDPOINTS = 50  # of one tenant
EVENTS: list[tuple[str, str]] = [*EventType.choices, *LogEvent.choices]
"""All that an endpoint can listen for."""


_WATCHED = ("host", "url", "description", "events", "status")
_SHOWN = ("host", "description", "events", "status")  # the rest of an address may hold a secret
_STATUS_VERBS = {"active": Verb.WEBHOOK_RESUMED, "paused": Verb.WEBHOOK_PAUSED, "disabled": Verb.WEBHOOK_DISABLED}


class TooManyEndpoints(ValidationError):
    """The tenant has as many endpoints as it may."""

    def __init__(self) -> None:
        super().__init__(f"You have {MOST_ENDPOINTS} endpoints, which is the most. Delete one that you don’t need.")


class ChangedMeanwhile(Exception):
    """The endpoint isn't any more what the change was meant for; `now` is how it is."""

    def __init__(self, now: WebhookEndpoint) -> None:
        super().__init__("The endpoint was changed meanwhile.")
        self.now = now


def check_address(url: str) -> str:
    """The address as it may be called, or ValidationError with the reason. What decides is the connection itself."""
    try:
        parts = check_url(url.strip(), allowed_hosts=settings.EGRESS_ALLOWED_HOSTS)
    except EgressRefused as refused:
        raise ValidationError(refused.reason) from None
    if parts.fragment:
        raise ValidationError("Leave out the # and what comes after it: that part never reaches a server.")
    return parts.geturl()


@transaction.atomic
def create_endpoint(
    *, tenant: Tenant, url: str, events: Collection[str], description: str = "", status: str = ""
) -> tuple[WebhookEndpoint, str]:
    """Make an endpoint; with its secret, which nobody sees again."""
    Tenant.objects.select_for_update().get(pk=tenant.pk)  # or two at once would pass the limit
    if WebhookEndpoint.objects.for_tenant(tenant).count() >= MOST_ENDPOINTS:
        raise TooManyEndpoints
    endpoint = WebhookEndpoint(tenant=tenant, url=url, description=description)
    endpoint.status = status or WebhookEndpoint.Status.ACTIVE
    _listen(endpoint, events)
    secret = give_secret(endpoint)
    endpoint.save()
    _record(Verb.WEBHOOK_CREATED, endpoint, host=endpoint.host, events=endpoint.events)
    return endpoint, secret


@transaction.atomic
def change_endpoint(endpoint: WebhookEndpoint, *, instead_of: Mapping[str, Any] | None = None, **values: Any) -> None:
    """Change what was given of `url`, `description`, `events` and `status`.

    With `instead_of` only while it is as that says, else ChangedMeanwhile; what is there already is no conflict. Those
    who change it at once come one after the other.
    """
    row = _locked(endpoint, instead_of, values)
    before = audit.snapshot(row, _WATCHED)
    for name in ("url", "description"):
        setattr(row, name, values.get(name, getattr(row, name)))
    if "events" in values:
        _listen(row, values["events"])
    if (status := values.get("status", row.status)) != row.status:
        _set_status(row, status)
    row.save()
    _record_changes(row, before)
    endpoint.__dict__.update(row.__dict__)


@transaction.atomic
def delete_endpoint(endpoint: WebhookEndpoint, *, instead_of: Mapping[str, Any] | None = None) -> None:
    """Delete an endpoint with its deliveries and their log; with `instead_of` as in `change_endpoint`."""
    row = _locked(endpoint, instead_of)
    _record(Verb.WEBHOOK_DELETED, row, host=row.host)
    row.delete()


def _locked(
    endpoint: WebhookEndpoint, instead_of: Mapping[str, Any] | None, values: Mapping[str, Any] | None = None
) -> WebhookEndpoint:
    # It may have been deleted since the caller looked.
    row = get_object_or_404(WebhookEndpoint.objects.select_for_update(), pk=endpoint.pk)
    if instead_of and not _says(row, instead_of) and not (values and _says(row, values)):
        raise ChangedMeanwhile(row)
    return row


def _says(row: WebhookEndpoint, values: Mapping[str, Any]) -> bool:
    said = {name: sorted(value) if name == "events" else value for name, value in values.items()}
    return all(
        value == (sorted(row.events) if name == "events" else getattr(row, name)) for name, value in said.items()
    )


def set_status(*, endpoint: WebhookEndpoint, status: str) -> None:
    """Pause an endpoint, or let it go on: what waited for it is delivered then."""
    change_endpoint(endpoint, status=status)


@transaction.atomic
def rotate_secret(endpoint: WebhookEndpoint) -> str:
    """Give an endpoint another secret; the old one signs beside it for a day."""
    row = _locked(endpoint, None)
    secret = rotate(row, timezone.now())
    row.save(update_fields=["sealed", "previous_sealed", "previous_until"])
    _record(Verb.WEBHOOK_ROTATED, row)
    endpoint.__dict__.update(row.__dict__)
    return secret


def secret_of(endpoint: WebhookEndpoint) -> str:
    """The secret that signs from now on. Raises SecretUnreadable."""
    return open_secrets(endpoint, timezone.now())[0]


@transaction.atomic
def replay(delivery: Delivery) -> bool:
    """Send a delivery again with the same id, or try a waiting one now; False while it is being sent."""
    # Somebody wants to know now: the breaker may let it through.
    WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(open_until=None)
    chosen = Delivery.objects.for_tenant(delivery.tenant_id).filter(pk=delivery.pk)
    return _replay(chosen, delivery.tenant_id, delivery.endpoint, delivery=delivery.pk) > 0


@transaction.atomic
def replay_since(endpoint: WebhookEndpoint, since: datetime) -> int:
    """Send everything again that an endpoint was to get since then; how many."""
    chosen = _real(endpoint.tenant_id).filter(endpoint=endpoint.pk, created_at__gte=since)
    return _replay(chosen, endpoint.tenant_id, endpoint, since=since)


@transaction.atomic
def replay_failed(tenant_id: uuid.UUID, endpoint: WebhookEndpoint | None = None) -> int:
    """Send again what was given up, of one endpoint or all; how many."""
    return _replay(given_up(tenant_id, endpoint), tenant_id, endpoint)


def given_up(tenant_id: uuid.UUID, endpoint: WebhookEndpoint | None = None) -> QuerySet[Delivery]:
    """What is tried no more, of one endpoint or all."""
    dead = _real(tenant_id).filter(state=Delivery.State.DEAD)
    return dead.filter(endpoint=endpoint.pk) if endpoint else dead


@transaction.atomic
def replay_chosen(deliveries: QuerySet[Delivery]) -> int:
    """Send these again, of whichever tenants; how many. Not what is being sent, and no tests."""
    chosen = Delivery.objects.filter(pk__in=list(deliveries.values_list("pk", flat=True)), is_test=False)
    tenants = chosen.order_by("tenant").values_list("tenant", flat=True).distinct()
    return sum(_replay(chosen.for_tenant(tenant_id), tenant_id) for tenant_id in tenants)


def _real(tenant_id: uuid.UUID) -> QuerySet[Delivery]:
    return Delivery.objects.for_tenant(tenant_id).real()


def _replay(
    deliveries: QuerySet[Delivery], tenant_id: uuid.UUID, endpoint: WebhookEndpoint | None = None, **facts: Any
) -> int:
    """Of one tenant, in the caller's transaction."""
    count = deliveries.filter(lease=None).update(
        state=Delivery.State.PENDING, due_at=timezone.now(), tries=0, finished_at=None
    )
    bell.on_commit()
    if count:
        name = endpoint.name if endpoint else "several endpoints"
        audit.record(Verb.WEBHOOK_REPLAYED, tenant=tenant_id, target=endpoint, name=name, count=count, **facts)
    return count


def _record(verb: Verb, endpoint: WebhookEndpoint, **more: Any) -> None:
    audit.record(verb, tenant=endpoint.tenant_id, target=endpoint, name=endpoint.name, **more)


def _record_changes(endpoint: WebhookEndpoint, before: dict[str, Any]) -> None:
    """One entry for all that was changed at once."""
    changes = audit.changes_of(before, endpoint, shown=_SHOWN)
    if changes:
        _record(
            _STATUS_VERBS[endpoint.status] if [*changes] == ["status"] else Verb.WEBHOOK_CHANGED,
            endpoint,
            changes=changes,
        )


def _listen(endpoint: WebhookEndpoint, events: Collection[str]) -> None:
    endpoint.events = [name for name, _ in EVENTS if name in events]
    follows = any(name in LogEvent.values for name in endpoint.events)
    if follows and not endpoint.follows_log:
        endpoint.log_seq = log.heads([endpoint.tenant_id])[endpoint.tenant_id]  # from now on
    endpoint.follows_log = follows


def _set_status(row: WebhookEndpoint, status: str) -> None:
    row.status = status
    if status == WebhookEndpoint.Status.ACTIVE:
        row.failures_in_row, row.failing_since, row.open_until = 0, None, None
        row.disabled_at, row.disabled_reason, row.told_at = None, "", None
        bell.on_commit()
