"""Sign what is sent to a tenant's server, in both ways of the contract (§7); pure.

`X-Webhook-Signature` is the hex HMAC-SHA256 of the raw body under the secret as it is shown. Standard Webhooks' headers
sign `id.timestamp.body` under the bytes that the secret's base64 stands for, so that a copied request grows stale.
While a secret is being rotated each header carries one signature per secret.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"
SECRET_BYTES = 24  # the least that Standard Webhooks takes, far beyond guessing, and base64 without padding


def new_secret() -> str:
    """A secret as it is shown, once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature_headers(body: bytes, *, event_id: str, timestamp: int, keys: Sequence[str]) -> dict[str, str]:
    """The headers that prove who sent this body, under each of these secrets, the newest first."""
    signed = f"{event_id}.{timestamp}.".encode() + body
    return {
        "X-Webhook-Signature": ",".join(f"sha256={_hmac(key.encode(), body).hex()}" for key in keys),
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(_hmac(_raw(key), signed)).decode()}" for key in keys),
    }


def _raw(key: str) -> bytes:
    return base64.b64decode(key.removeprefix(PREFIX))


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")
