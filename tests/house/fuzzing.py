"""Generated requests against the product: the ASGI application itself, in process, and what is wrong with an answer."""

from __future__ import annotations

import asyncio
import functools
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import requests
import schemathesis
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.transport import Response
from schemathesis.specs.openapi import checks

from assistants.providers.registry import aclose_all
from autochat.asgi import application
from tenants.models import Tenant
from tests.house.strangers import kind_of

HOST = "http://127.0.0.1:8000"
STREAM_SECONDS = 0.2  # how long a stream is listened to
CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
ENVELOPE = {"code", "message", "request_id", "help"}


@functools.cache
def own_schema() -> Any:
    """What `/api/schema` says, as something that makes requests."""
    answer = Client().get("/api/schema", headers={"Accept": "application/vnd.oai.openapi+json"})
    return schemathesis.openapi.from_dict(answer.json())


def operations(word: str) -> Iterator[Any]:
    """The calls at `/api/<word>…`."""
    for found in own_schema().get_all_operations():
        if found.ok().path.split("/")[2] == word:
            yield found.ok()


def words() -> set[str]:
    return {path.split("/")[2] for path in own_schema().raw_schema["paths"]}


def ids(path: str, things: dict[str, Any]) -> dict[str, str]:
    """What of `things` the path names."""
    names = re.findall(r"{(\w+)}", path)
    return {name: str(things[kind_of(path) if name == "id" else name]) for name in names}


def cases(operation: Any, mode: GenerationMode, examples: int, **fixed: Any) -> list[Any]:
    """Requests for the operation, the same ones each time: as the schema has them, or breaking it in one place."""
    made: list[Any] = []
    settled = settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    def keep(case: Any) -> None:
        made.append(case)

    with suppress(Unsatisfiable):  # nothing can be wrong about a request that takes nothing
        settled(given(operation.as_strategy(generation_mode=mode, **fixed))(keep))()
    return made


def prepared(case: Any, headers: dict[str, str]) -> requests.PreparedRequest:
    told = case.as_transport_kwargs(base_url=HOST)
    known = ("method", "url", "params", "data", "json", "files", "cookies")
    return requests.Request(
        **{name: told[name] for name in known if name in told}, headers={**told["headers"], **headers}
    ).prepare()


def send(request: requests.PreparedRequest) -> Response:
    """What the product answers. A stream is listened to for a moment."""
    status, headers, body = async_to_sync(_exchange)(request)
    return Response(status, headers, body, request, 0.0, verify=False)


async def _exchange(request: requests.PreparedRequest) -> tuple[int, dict[str, list[str]], bytes]:
    sent = request.body or b""
    waiting = [{"type": "http.request", "body": sent.encode() if isinstance(sent, str) else sent}]
    left = asyncio.Event()
    start: dict[str, Any] = {}
    chunks: list[bytes] = []

    async def receive() -> dict[str, Any]:
        if waiting:
            return waiting.pop()
        await left.wait()
        return {"type": "http.disconnect"}

    async def take(message: dict[str, Any]) -> None:
        start.update(message if message["type"] == "http.response.start" else {})
        chunks.append(message.get("body", b""))
        if dict(start["headers"]).get(b"Content-Type", b"").startswith(b"text/event-stream"):
            asyncio.get_running_loop().call_later(STREAM_SECONDS, left.set)

    await application(_scope(request), receive, take)
    await aclose_all()  # this event loop ends here
    headers: dict[str, list[str]] = {}
    for name, value in start["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return start["status"], headers, b"".join(chunks)


def _scope(request: requests.PreparedRequest) -> dict[str, Any]:
    url = urlsplit(str(request.url))
    lines = [(_bytes(name).lower(), _bytes(value)) for name, value in request.headers.items()]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": unquote_to_bytes(url.path).decode(errors="replace"),
        "raw_path": url.path.encode(),
        "query_string": url.query.encode(),
        "root_path": "",
        "headers": [(b"host", url.netloc.encode()), *lines],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1", "replace")


def wrong(case: Any, answer: Response) -> Iterator[str]:
    """What no answer may be."""
    if answer.status_code >= 500:
        yield f"answered {answer.status_code}"
    if not answer.headers.get("x-request-id"):
        yield "has no X-Request-ID"
    if answer.status_code >= 400 and not _is_envelope(answer.content):
        yield "is an error that isn't in the envelope"
    for check in CHECKS:
        try:
            case.validate_response(answer, checks=[check])
        except (Failure, FailureGroup) as found:
            for failure in getattr(found, "exceptions", [found]):
                yield f"{failure.title}: {' '.join(str(failure.message).split())[:200]}"


def _is_envelope(body: bytes) -> bool:
    try:
        found = json.loads(body)
        return found["success"] is False and set(found["error"]) - {"fields"} == ENVELOPE
    except (ValueError, KeyError, TypeError):
        return False


@contextmanager
def unchanged(tenant: Tenant, *, look: bool) -> Iterator[list[str]]:
    """The tables in which something of this tenant's has become different, once it is over."""
    changed: list[str] = []
    before = _sums(tenant) if look else {}
    yield changed
    after = _sums(tenant) if look else {}
    changed += [name for name, value in after.items() if before[name] != value]


def _sums(tenant: Tenant) -> dict[str, Any]:
    each = [
        f"SELECT '{name}', count(*), sum(hashtextextended(t::text, 0)) FROM {name} t WHERE tenant_id = %(id)s"  # noqa: S608
        for name in _owned()
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each), {"id": tenant.pk})
        return {name: rest for name, *rest in cursor.fetchall()}


@functools.cache
def _owned() -> Sequence[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id'")
        return sorted(name for (name,) in cursor.fetchall())
