"""Seal and open the provider keys that tenants entrust to us, each bound to the row that holds it (`tenants.sealing`).

The tenant, the provider, the row's id and the address that the key is for are authenticated with it, so a sealed key
that is moved to another row or given another address does not open.

Version 1 did not hold the address; it opens, and `manage.py rotate_keys` turns it into version 2.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction

from assistants.models import ProviderKey
from tenants import audit, sealing
from tenants.models import Verb
from tenants.sealing import SecretMalformed

VERSION = 2
VERSIONS = (1, 2)


def seal(secret: str, *, tenant_id: uuid.UUID, provider: str, row_id: uuid.UUID, address: str = "") -> bytes:
    """Encrypt a provider key for one row, under the ring's first key."""
    return sealing.seal(secret, bound_to=_row(VERSION, tenant_id, provider, row_id, address), version=VERSION)


def unseal(sealed: bytes, *, tenant_id: uuid.UUID, provider: str, row_id: uuid.UUID, address: str = "") -> str:
    """Decrypt what `seal` made for this very row, or raise SecretUnreadable."""
    version = sealing.version_of(sealed)
    if version not in VERSIONS:
        raise SecretMalformed
    return sealing.unseal(sealed, bound_to=_row(version, tenant_id, provider, row_id, address))


def put_secret(provider_key: ProviderKey, secret: str) -> None:
    """Set the sealed form and the last four characters on a row; the caller saves it."""
    provider_key.sealed = seal(
        secret,
        tenant_id=provider_key.tenant_id,
        provider=provider_key.provider,
        row_id=provider_key.id,
        address=provider_key.base_url,
    )
    # Of a short key four characters would be half of it.
    provider_key.last4 = secret[-4:] if len(secret) >= 12 else ""


def open_secret(provider_key: ProviderKey) -> str:
    """The key that a row holds, for the moment of a call; never store, log or show it."""
    return unseal(
        bytes(provider_key.sealed),
        tenant_id=provider_key.tenant_id,
        provider=provider_key.provider,
        row_id=provider_key.id,
        address=provider_key.base_url,
    )


@transaction.atomic
def add_key(provider_key: ProviderKey) -> None:
    """Store a key that was just made."""
    provider_key.save()
    record(Verb.PROVIDER_KEY_ADDED, provider_key, provider=provider_key.provider)


def record(verb: Verb, provider_key: ProviderKey, **more: Any) -> None:
    """Write down what was done to a key; it goes by its name, and no part of it is told."""
    audit.record(verb, tenant=provider_key.tenant_id, target=provider_key, name=provider_key.label, **more)


def is_current(sealed: bytes) -> bool:
    """Whether a sealed key is of this version and under the ring's first key; others are due for sealing again."""
    version = sealing.version_of(sealed)
    if version not in VERSIONS:
        raise SecretMalformed
    return version == VERSION and sealing.is_under_first_key(sealed)


def _row(version: int, tenant_id: uuid.UUID, provider: str, row_id: uuid.UUID, address: str) -> bytes:
    """Fixed-length parts around texts that hold no NUL: no two different rows give the same bytes."""
    row = tenant_id.bytes + row_id.bytes + provider.encode()
    return row if version == 1 else row + b"\0" + address.encode()
