"""Signed tokens: what every kind has in common.

A token is a JSON web token under HS256. Each kind (`access`, `refresh`, `widget`) is signed with a key of its own,
derived from the secret key, and says its kind in `typ`: one kind never opens another's door. Knows no HTTP.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import time
import uuid
from collections.abc import Mapping
from typing import Any

import jwt
from django.conf import settings

ALGORITHM = "HS256"
REQUIRED = ("typ", "aud", "jti", "iat", "exp")
MAX_CHARS = 4096  # ours have less than 600; longer ones aren't worth decoding
GENUINE_KEPT = 4096  # tokens whose signature a process remembers: a widget's comes with each of its calls
LEEWAY = 2  # seconds two of our machines' clocks may disagree


class TokenInvalid(Exception):
    """Not a token of ours, or not of this kind."""

    code = "token_invalid"


class TokenExpired(TokenInvalid):
    """Ours, but its time is over."""

    code = "token_expired"


class TokenRevoked(TokenInvalid):
    """Ours and in time, but what it stood for has been taken back."""

    code = "token_revoked"


def sign(typ: str, claims: Mapping[str, Any]) -> str:
    """A token of this kind; the claims must hold `aud`, `jti`, `iat` and `exp`."""
    payload = {**claims, "typ": typ}
    if missing := [name for name in REQUIRED if name not in payload]:
        raise ValueError(f"A token needs the claims {', '.join(missing)}.")
    payload |= {name: str(payload[name]) for name in ("aud", "jti")}
    return jwt.encode(payload, _key(typ), algorithm=ALGORITHM)


def read(token: str, typ: str) -> dict[str, Any]:
    """The claims of a genuine token of this kind whose time isn't over."""
    claims = read_ended(token, typ)
    if int(claims["exp"]) <= time.time() - LEEWAY:
        raise TokenExpired
    return claims


def read_ended(token: str, typ: str) -> dict[str, Any]:
    """The claims of a genuine token of this kind, also when its time is over: to say whose it was, not to let in."""
    if not token or len(token) > MAX_CHARS:
        raise TokenInvalid
    try:
        claims = _genuine(token, _key(typ))
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError):
        raise TokenInvalid from None
    if claims["typ"] != typ or not all(isinstance(claims[name], str) for name in ("aud", "jti")):
        raise TokenInvalid
    return dict(claims)


@functools.lru_cache(maxsize=GENUINE_KEPT)
def _genuine(token: str, key: bytes) -> dict[str, Any]:
    """The claims of a token signed with this key: that never changes, unlike whether its time is over."""
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        leeway=LEEWAY,
        # The caller knows whose it may be.
        options={"require": list(REQUIRED), "verify_aud": False, "verify_exp": False},
    )
    int(claims["exp"])
    return claims


def uuid_claim(claims: Mapping[str, Any], name: str) -> uuid.UUID:
    """A claim that is an id of ours."""
    try:
        return uuid.UUID(claims[name])
    except (KeyError, ValueError, TypeError, AttributeError):
        raise TokenInvalid from None


def _key(typ: str) -> bytes:
    return _derive(settings.SECRET_KEY, typ)


@functools.lru_cache(maxsize=16)
def _derive(secret: str, typ: str) -> bytes:
    return hmac.digest(secret.encode(), f"autochat.tokens.{typ}".encode(), hashlib.sha256)
