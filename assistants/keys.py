"""Seal and open the provider keys that tenants entrust to us: AES-256-GCM, bound to the row that holds them.

A sealed key is `version | length of key id | key id | nonce | ciphertext with tag`. Everything before the nonce, the
tenant, the provider, the row's id and the address that the key is for are authenticated with it, so a sealed key that
is moved to another row or given another address, or whose bits are changed, does not open.

Version 1 did not hold the address; it opens, and `manage.py rotate_keys` turns it into version 2.
"""

from __future__ import annotations

import os
import struct
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from assistants.models import ProviderKey

VERSION = 2
VERSIONS = (1, 2)
NONCE_BYTES = 12
TAG_BYTES = 16
MAX_KEY_ID_BYTES = 255


class KeyUnreadable(Exception):
    """A sealed key can't be opened. Holds nothing of the key."""


class KeyMalformed(KeyUnreadable):
    """The bytes are not a sealed key of a known version."""

    def __init__(self) -> None:
        super().__init__("The stored key has a form that this version can't read. Enter the key again.")


class KeyRetired(KeyUnreadable):
    """The key was sealed under an encryption key that is no longer in the ring."""

    def __init__(self) -> None:
        super().__init__("The stored key was encrypted with a key that is gone from ENCRYPTION_KEYS. Enter it again.")


class KeyTampered(KeyUnreadable):
    """The bytes were changed, or belong to another row."""

    def __init__(self) -> None:
        super().__init__("The stored key doesn't belong to this row or was changed. Enter the key again.")


def seal(secret: str, *, tenant_id: uuid.UUID, provider: str, row_id: uuid.UUID, address: str = "") -> bytes:
    """Encrypt a provider key for one row, under the ring's first key."""
    key_id, key = next(iter(settings.ENCRYPTION_KEYS.items()))
    header = _header(key_id)
    nonce = os.urandom(NONCE_BYTES)
    associated = _associated(header, tenant_id, provider, row_id, address)
    return header + nonce + AESGCM(key).encrypt(nonce, secret.encode(), associated)


def unseal(sealed: bytes, *, tenant_id: uuid.UUID, provider: str, row_id: uuid.UUID, address: str = "") -> str:
    """Decrypt what `seal` made for this very row, or raise KeyUnreadable."""
    header, nonce, ciphertext = _split(bytes(sealed))
    key = settings.ENCRYPTION_KEYS.get(_key_id(header))
    if key is None:
        raise KeyRetired
    try:
        plain = AESGCM(key).decrypt(nonce, ciphertext, _associated(header, tenant_id, provider, row_id, address))
    except InvalidTag:
        raise KeyTampered from None
    return plain.decode()


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


def is_current(sealed: bytes) -> bool:
    """Whether a sealed key is of this version and under the ring's first key; others are due for sealing again."""
    header, _, _ = _split(bytes(sealed))
    return header[0] == VERSION and _key_id(header) == next(iter(settings.ENCRYPTION_KEYS))


def _header(key_id: str) -> bytes:
    encoded = key_id.encode()
    if not 0 < len(encoded) <= MAX_KEY_ID_BYTES:
        raise ValueError("The id of an encryption key has 1 to 255 bytes.")
    return struct.pack("BB", VERSION, len(encoded)) + encoded


def _key_id(header: bytes) -> str:
    try:
        return header[2:].decode()
    except UnicodeDecodeError:
        raise KeyMalformed from None


def _split(sealed: bytes) -> tuple[bytes, bytes, bytes]:
    if len(sealed) < 2 or sealed[0] not in VERSIONS:
        raise KeyMalformed
    ends = 2 + sealed[1]
    if len(sealed) < ends + NONCE_BYTES + TAG_BYTES:
        raise KeyMalformed
    return sealed[:ends], sealed[ends : ends + NONCE_BYTES], sealed[ends + NONCE_BYTES :]


def _associated(header: bytes, tenant_id: uuid.UUID, provider: str, row_id: uuid.UUID, address: str) -> bytes:
    """Fixed-length parts around texts that hold no NUL: no two different rows give the same bytes."""
    row = header + tenant_id.bytes + row_id.bytes + provider.encode()
    return row if header[0] == 1 else row + b"\0" + address.encode()
