"""Makers of webhook endpoints and of what is to be told them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from tenants.models import Tenant
from tenants.ownership import new_id
from tests.doubles.receiver import Got
from tracking.models import WebhookEndpoint
from tracking.outbox import enqueue
from tracking.webhook_secrets import give_secret

RATED = "autochat.conversation_rated.v1"


def url(name: str, *args: object) -> str:
    """A page of webhooks."""
    return reverse(f"webhooks:{name}", args=args)


def make_endpoint(
    tenant: Tenant, url: str = "https://hooks.example.com/in", events: Sequence[str] = (RATED,), **fields: Any
) -> WebhookEndpoint:
    """An active endpoint that listens for ratings."""
    return WebhookEndpoint.objects.create(tenant=tenant, url=url, events=list(events), **fields)


def tell(tenant: Tenant, event_type: str = RATED, *, event_id: uuid.UUID | None = None, **data: Any) -> uuid.UUID:
    """Put one event into the outbox; its id."""
    event_id = event_id or new_id()
    enqueue(
        tenant_id=tenant.pk,
        event_type=event_type,
        event_id=event_id,
        occurred_at=timezone.now(),
        data={"event_id": str(event_id), **data},
    )
    return event_id


def make_signed_endpoint(
    tenant: Tenant, url: str, events: Sequence[str] = (RATED,), **fields: Any
) -> tuple[WebhookEndpoint, str]:
    """An endpoint that can be delivered to, and its secret."""
    endpoint = WebhookEndpoint(tenant=tenant, url=url, events=list(events), **fields)
    secret = give_secret(endpoint)
    endpoint.save()
    return endpoint, secret


def is_ours(secret: str, got: Got) -> bool:
    """Whether what a receiver got is signed with this secret, by the judgement of the published library."""
    try:
        Webhook(secret).verify(got.body.decode(), {name.lower(): value for name, value in got.headers.items()})
    except WebhookVerificationError:
        return False
    return True
