"""The secrets of webhook endpoints: sealed, bound to their row, and for a day after a rotation two of them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from tenants import sealing
from tracking.models import WebhookEndpoint
from tracking.signing import new_secret

OVERLAP = timedelta(hours=24)
"""How long both secrets sign after a rotation (contract §7)."""


def give_secret(endpoint: WebhookEndpoint) -> str:
    """Put a first secret on a row that is being made; the only time that it is seen. The caller saves."""
    secret = new_secret()
    endpoint.sealed = sealing.seal(secret, bound_to=_row(endpoint.tenant_id, endpoint.pk))
    return secret


def rotate(endpoint: WebhookEndpoint, now: datetime) -> str:
    """Put another secret on a row and let the old one sign beside it for a day. The caller saves."""
    endpoint.previous_sealed = endpoint.sealed
    endpoint.previous_until = now + OVERLAP
    return give_secret(endpoint)


def open_secrets(endpoint: WebhookEndpoint, now: datetime) -> list[str]:
    """The secrets that sign now, the newest first. Raises SecretUnreadable."""
    sealed = [bytes(endpoint.sealed)]
    if endpoint.previous_sealed and endpoint.previous_until and endpoint.previous_until > now:
        sealed.append(bytes(endpoint.previous_sealed))
    return [sealing.unseal(one, bound_to=_row(endpoint.tenant_id, endpoint.pk)) for one in sealed]


def reseal(endpoint: WebhookEndpoint) -> bool:
    """Seal a row's secrets under the ring's first key, where they aren't. The caller saves. Raises SecretUnreadable."""
    bound_to = _row(endpoint.tenant_id, endpoint.pk)
    due = False
    for name in ("sealed", "previous_sealed"):
        sealed = getattr(endpoint, name)
        if sealed and not sealing.is_under_first_key(bytes(sealed)):
            setattr(endpoint, name, sealing.seal(sealing.unseal(bytes(sealed), bound_to=bound_to), bound_to=bound_to))
            due = True
    return due


def _row(tenant_id: uuid.UUID, endpoint_id: uuid.UUID) -> bytes:
    return b"webhook" + tenant_id.bytes + endpoint_id.bytes
