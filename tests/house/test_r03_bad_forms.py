"""R3: whatever is sent to a page or a form, it answers, and never that something failed on our side."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.db import connections, transaction
from django.test import Client

from tenants.database import close_connections
from tests.house.strangers import addresses, belongings, filled
from tests.world import Company, signed_in

LONG_RUN = "FUZZ_EXAMPLES" in os.environ
NUL, SURROGATE = "a\0b", "\ud800"
HOSTILE = [
    NUL,
    SURROGATE,
    "x" * 20_000,
    "",
    "-1",
    "99999999999999999999999",
    "NaN",
    "1e400",
    "[]",
    "null",
    "²",
    "0001-01-01",
    "9999-12-31T23:59:59Z",
    "http://[::1",
    "00000000-0000-0000-0000-000000000000",
    '{"all": [{"any": null}, 1]}',
    "[" * 3000,
    "😀" * 300,
    "\r\n\t",
    "{0}%s",
]
QUERIES = ["q", "page", "after", "before", "limit", "offset", "status", "channel", "from", "to", "since", "until"]
QUERIES += ["period", "tab", "kind", "state", "window", "event_type", "endpoint", "endpoint_id", "assigned_to"]
QUERIES += [
    "qualified",
    "person",
    "view",
    "which",
    "start",
    "end",
    "message",
    "seq",
    "preset",
    "number",
    "contact",
    "at",
]
PAGES = sorted(pattern for pattern in addresses() if not pattern.startswith(("api/", "readyz")))
"""All but the API, and where 503 is an answer: no worker is running."""


class Prober:
    """A signed-in browser that keeps what went wrong; nothing it does lasts."""

    def __init__(self, company: Company) -> None:
        self.client = signed_in(company.owner)
        self.client.raise_request_exception = False
        self.found: dict[str, str] = {}
        self.calls = 0

    def send(
        self, method: str, url: str, body: bytes | str = b"", kind: str = "application/x-www-form-urlencoded"
    ) -> Any:
        cache.clear()
        self.calls += 1
        with transaction.atomic():
            answer = self.client.generic(method.upper(), url, body, content_type=kind)
            transaction.set_rollback(True)
        if answer.status_code >= 500:
            self.found.setdefault(f"{method} {url.partition('?')[0]}", f"{url[:300]} {body[:300]!r}")
        return answer


def encoded(fields: dict[str, str]) -> str:
    return urlencode(fields, errors="surrogatepass")


@pytest.fixture(autouse=True)
def _no_threads_left() -> Iterator[None]:
    yield
    close_connections()


@pytest.fixture
def prober(acme: Company, monkeypatch: pytest.MonkeyPatch) -> Prober:
    monkeypatch.setattr(connections["default"], "close", lambda: None)
    return Prober(acme)


def test_r03_no_query_makes_a_page_fail(prober: Prober, acme: Company) -> None:
    own = belongings(acme, "acmemark")
    for place, pattern in enumerate(PAGES):
        for step in range(len(HOSTILE) if LONG_RUN else 2):
            value = HOSTILE[(place + step) % len(HOSTILE)][:1000]
            prober.send("get", f"{filled(pattern, own)}?{encoded(dict.fromkeys(QUERIES, value))}")
        prober.send("get", f"{filled(pattern, own)}?q=%ff&after=%ed%a0%80&limit=%&q=%00&=&&")
    assert prober.found == {}


FORM = "application/x-www-form-urlencoded"
BODIES = {
    "nothing": (b"", FORM),
    "twice": (b"name=a&name=b&body=a&body=&contact=a&contact=b&role=a&role=b", FORM),
    "10 MB": (b"body=" + b"x" * 10_000_000, FORM),
    "a thousand and more fields": ("&".join(f"f{n}=1" for n in range(1100)), FORM),
    "JSON": (b"[1, 2]", "application/json"),
    "half a multipart": (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="\0"\r\n\r\n\xff',
        "multipart/form-data; boundary=x",
    ),
    "a multipart without a boundary": (b"a=b", "multipart/form-data"),
    "no encoding there is": (b"name=%ff", FORM + "; charset=nonsense"),
    "no UTF-8": (b"name=\xff&body=%ed%a0%80&%00=%00", FORM),
}


@pytest.mark.parametrize("body", BODIES)
def test_r03_no_body_makes_a_form_fail(prober: Prober, acme: Company, body: str) -> None:
    own = belongings(acme, "acmemark")
    for pattern in PAGES:
        prober.send("post", filled(pattern, own), *BODIES[body])
    assert prober.found == {}


def test_r03_a_form_without_its_csrf_token_is_refused(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections["default"], "close", lambda: None)
    own = belongings(acme, "acmemark")
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies = signed_in(acme.owner).cookies
    answers = {pattern: client.post(filled(pattern, own), {}).status_code for pattern in PAGES}
    assert {pattern: code for pattern, code in answers.items() if code not in (403, 404, 405)} == {}
