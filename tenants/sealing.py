"""Seal and open what tenants entrust to us: AES-256-GCM under ENCRYPTION_KEYS, bound to the row that holds it.

A sealed secret is `version | length of key id | key id | nonce | ciphertext with tag`. Everything before the nonce and
what the owner says about its row (`bound_to`) are authenticated with it, so a secret that is moved to another row, or
whose bits are changed, does not open. `version` is the owner's own: which facts it binds.
"""

from __future__ import annotations

import os
import struct
import uuid
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12
TAG_BYTES = 16
MAX_KEY_ID_BYTES = 255


@dataclass(slots=True)
class Resealed:
    """How far sealing anew got, after another key was put first in the ring."""

    sealed: int = 0
    current: int = 0
    unreadable: list[uuid.UUID] = field(default_factory=list)


class SecretUnreadable(Exception):
    """A sealed secret can't be opened. Holds nothing of it."""


class SecretMalformed(SecretUnreadable):
    """The bytes are not a sealed secret."""

    def __init__(self) -> None:
        super().__init__("The stored key has a form that this version can't read. Enter the key again.")


class SecretRetired(SecretUnreadable):
    """It was sealed under an encryption key that is no longer in the ring."""

    def __init__(self) -> None:
        super().__init__("The stored key was encrypted with a key that is gone from ENCRYPTION_KEYS. Enter it again.")


class SecretTampered(SecretUnreadable):
    """The bytes were changed, or belong to another row."""

    def __init__(self) -> None:
        super().__init__("The stored key doesn't belong to this row or was changed. Enter the key again.")


def seal(secret: str, *, bound_to: bytes, version: int = 1) -> bytes:
    """Encrypt a secret for one row, under the ring's first key."""
    key_id, key = next(iter(settings.ENCRYPTION_KEYS.items()))
    header = _header(version, key_id)
    nonce = os.urandom(NONCE_BYTES)
    return header + nonce + AESGCM(key).encrypt(nonce, secret.encode(), header + bound_to)


def unseal(sealed: bytes, *, bound_to: bytes) -> str:
    """Decrypt what `seal` made for this very row, or raise SecretUnreadable."""
    header, nonce, ciphertext = _split(bytes(sealed))
    key = settings.ENCRYPTION_KEYS.get(_key_id(header))
    if key is None:
        raise SecretRetired
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, header + bound_to).decode()
    except InvalidTag:
        raise SecretTampered from None


def version_of(sealed: bytes) -> int:
    """The version that its owner gave it."""
    return _split(bytes(sealed))[0][0]


def is_under_first_key(sealed: bytes) -> bool:
    """Whether it was sealed under the ring's first key; others are due for sealing again."""
    return _key_id(_split(bytes(sealed))[0]) == next(iter(settings.ENCRYPTION_KEYS))


def _header(version: int, key_id: str) -> bytes:
    encoded = key_id.encode()
    if not 0 < len(encoded) <= MAX_KEY_ID_BYTES:
        raise ValueError("The id of an encryption key has 1 to 255 bytes.")
    return struct.pack("BB", version, len(encoded)) + encoded


def _key_id(header: bytes) -> str:
    try:
        return header[2:].decode()
    except UnicodeDecodeError:
        raise SecretMalformed from None


def _split(sealed: bytes) -> tuple[bytes, bytes, bytes]:
    if len(sealed) < 2:
        raise SecretMalformed
    ends = 2 + sealed[1]
    if len(sealed) < ends + NONCE_BYTES + TAG_BYTES:
        raise SecretMalformed
    return sealed[:ends], sealed[ends : ends + NONCE_BYTES], sealed[ends + NONCE_BYTES :]
