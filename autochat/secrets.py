"""Secrets that a first start makes for itself, and the ring of keys that encrypts what tenants entrust to us."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


def kept_secret(path: Path) -> str:
    """The secret in this file, made on first use; two processes that start at once agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def encryption_keys(configured: list[str], secret_key: str) -> dict[str, bytes]:
    """The key ring by key id, the current key first.

    Each entry of ENCRYPTION_KEYS is `id:base64 of 32 bytes`. Without any, one key is derived from SECRET_KEY.
    """
    if not configured:
        return {
            "derived": hashlib.blake2b(secret_key.encode(), digest_size=KEY_BYTES, person=b"autochat-keyring").digest()
        }
    ring: dict[str, bytes] = {}
    for entry in configured:
        key_id, _, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not key_id or len(key) != KEY_BYTES:
            raise ImproperlyConfigured(
                "ENCRYPTION_KEYS must be a comma-separated list of id:base64 with 32 bytes each."
            )
        ring[key_id] = key
    return ring
