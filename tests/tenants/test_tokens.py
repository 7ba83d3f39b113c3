"""Forged, foreign and worn-out tokens open nothing."""

from __future__ import annotations

import base64
import json
import time
import uuid
from typing import Any

import jwt
import pytest
from django.conf import settings
from django.test import Client

from tenants import credentials, tokens
from tests.world import Company

NOW = 1_800_000_000


def claims(**changed: Any) -> dict[str, Any]:
    now = int(time.time())
    return {"aud": str(uuid.uuid4()), "jti": str(uuid.uuid4()), "iat": now, "exp": now + 60, **changed}


def encoded(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def unsigned(payload: dict[str, Any], alg: str = "none") -> str:
    return f"{encoded({'alg': alg, 'typ': 'JWT'})}.{encoded({**payload, 'typ': 'access'})}."


def signed(payload: dict[str, Any], key: bytes | str = b"", alg: str = "HS256", headers: Any = None) -> str:
    return jwt.encode(payload, key or tokens._key("access"), algorithm=alg, headers=headers)


def test_a_token_reads_back() -> None:
    given = claims(sub="somebody")
    assert tokens.read(tokens.sign("access", given), "access") == {**given, "typ": "access"}


def test_signing_without_a_required_claim_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="aud"):
        tokens.sign("access", {"jti": "1", "iat": 1, "exp": 2})


FORGED = {
    "empty": lambda: "",
    "words": lambda: "let me in",
    "two dots": lambda: "..",
    "not base64": lambda: "a.b.c",
    "too long": lambda: "e" * 5000,
    "a NUL": lambda: "\x00",
    "not ascii": lambda: "ü.ü.ü",
    "unsigned": lambda: unsigned(claims()),
    "unsigned, capital": lambda: unsigned(claims(), "NONE"),
    "unsigned, mixed": lambda: unsigned(claims(), "nOnE"),
    "signature dropped": lambda: tokens.sign("access", claims()).rsplit(".", 1)[0] + ".",
    "signature of another": lambda: (
        tokens.sign("access", claims()).rsplit(".", 1)[0] + "." + tokens.sign("access", claims()).rsplit(".", 1)[1]
    ),
    "another key": lambda: signed({**claims(), "typ": "access"}, b"k" * 32),
    "the bare secret key": lambda: signed({**claims(), "typ": "access"}, settings.SECRET_KEY),
    "an empty key": lambda: signed({**claims(), "typ": "access"}, b"\x00" * 32),
    "another algorithm": lambda: signed({**claims(), "typ": "access"}, tokens._key("access") * 2, "HS512"),
    "key id of a file": lambda: signed({**claims(), "typ": "access"}, b"\x00" * 32, headers={"kid": "/dev/null"}),
    "key id of a query": lambda: signed({**claims(), "typ": "access"}, b"k" * 32, headers={"kid": "' OR 1=1 --"}),
    "key in the header": lambda: signed(
        {**claims(), "typ": "access"}, b"k" * 32, headers={"jwk": {"kty": "oct", "k": encoded("kkkk")}}
    ),
    "key by address": lambda: signed(
        {**claims(), "typ": "access"}, b"k" * 32, headers={"jku": "https://evil.example/"}
    ),
    "another kind's": lambda: tokens.sign("widget", claims()),
    "a kind claimed": lambda: signed({**claims(), "typ": "widget"}),
    "no kind": lambda: signed(claims()),
    "kind of another type": lambda: signed({**claims(), "typ": ["access"]}),
    "several audiences": lambda: signed({**claims(aud=["a", "b"]), "typ": "access"}),
    "not begun": lambda: tokens.sign("access", claims(iat=int(time.time()) + 3600)),
    "end as words": lambda: signed({**claims(exp="tomorrow"), "typ": "access"}),
    "payload a list": lambda: ".".join([encoded({"alg": "HS256"}), encoded([1]), "x"]),
    **{
        f"without {name}": lambda name=name: signed(
            {key: value for key, value in {**claims(), "typ": "access"}.items() if key != name}
        )
        for name in ("typ", "aud", "jti", "iat", "exp")
    },
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_forged_tokens_are_invalid(forged: Any, client: Client) -> None:
    """Invalid where they are read, and 401 at the door."""
    token = forged()
    with pytest.raises(tokens.TokenInvalid) as problem:
        tokens.read(token, "access")
    assert problem.value.code == "token_invalid"


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_forged_tokens_are_refused_at_the_door(forged: Any, client: Client, db: None) -> None:
    answer = client.get("/api/users", headers={"Authorization": f"Bearer {forged()}"})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "token_invalid"
    assert answer["WWW-Authenticate"] == "Bearer"


def test_an_expired_token_says_so() -> None:
    old = tokens.sign("access", claims(iat=int(time.time()) - 900, exp=int(time.time()) - 10))
    with pytest.raises(tokens.TokenExpired):
        tokens.read(old, "access")


def test_ids_in_claims_must_be_ids() -> None:
    for wrong in ({}, {"sub": None}, {"sub": 7}, {"sub": "robert"}, {"sub": ["a"]}):
        with pytest.raises(tokens.TokenInvalid):
            tokens.uuid_claim(wrong, "sub")


def test_a_refresh_token_is_no_access_token(acme: Company) -> None:
    pair = credentials.issue_pair(acme.agent)
    with pytest.raises(tokens.TokenInvalid):
        credentials.read_access(pair.refresh)
    with pytest.raises(tokens.TokenInvalid):
        credentials.refresh(pair.access)
