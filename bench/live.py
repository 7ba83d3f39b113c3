"""F3: events to many open dashboards of one tenant, over Redis, beside a bare ASGI broadcast of the same texts."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from bench.processes import ROOT, served, uvicorn
from tenants import credentials
from tenants.models import Role, Tenant
from tests import factories
from tests.redis_server import free_port
from tests.servers import environment

ROUNDS = 3
PEOPLE, SOCKETS_EACH = 10, 20
SOCKETS = PEOPLE * SOCKETS_EACH
EVENTS = 300
CALM_SECONDS = 5
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """The product or the floor: where its sockets are, and how events get there."""

    url: str
    tokens: list[str]
    conversation: uuid.UUID
    env: dict[str, str]
    is_floor: bool = False


def f3() -> Row:
    """Deliveries a second when events come as fast as they are written; and how late they are at half that rate."""
    with _sides() as (product, floor):
        rounds = [(_told(product, EVENTS), _told(floor, EVENTS)) for _ in range(ROUNDS)]
        rate = statistics.median(mine["per_second"] for mine, _ in rounds) / SOCKETS / 2
        calm = _told(product, max(round(rate * CALM_SECONDS), 10), per_second=rate)
    shares = [mine["per_second"] / bare["per_second"] for mine, bare in rounds]
    told = [calm, *(mine for mine, _ in rounds)]
    return {
        "sockets": SOCKETS,
        "share": statistics.median(shares),
        "spread": [min(shares), max(shares)],
        "product_per_second": round(statistics.median(mine["per_second"] for mine, _ in rounds)),
        "floor_per_second": round(statistics.median(bare["per_second"] for _, bare in rounds)),
        "p50_ms": calm["p50_ms"],
        "p95_ms": calm["p95_ms"],
        "missing": sum(one["missing"] for one in told),
        "out_of_order": sum(one["out_of_order"] for one in told),
    }


def _told(side: Side, count: int, per_second: float = 0) -> Row:
    """Everybody connects; then so many events are written; gives what they heard."""
    viewers = subprocess.Popen(
        [sys.executable, "-m", "bench.viewers", side.url, str(count)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert viewers.stdin is not None
    assert viewers.stdout is not None
    viewers.stdin.write(json.dumps(side.tokens))
    viewers.stdin.close()
    if viewers.stdout.readline() != "ready\n":
        raise RuntimeError("The dashboards could not connect.")
    publish = [sys.executable, "-m", "bench.publisher", str(side.conversation), str(count)]
    publish += ["--per-second", str(per_second), *(["--floor"] if side.is_floor else [])]
    subprocess.run(publish, cwd=ROOT, env=side.env, check=True)
    heard: Row = json.loads(viewers.stdout.read())
    viewers.wait(30)
    return heard | {"missing": count * SOCKETS - heard["frames"]}


@contextmanager
def _sides() -> Iterator[tuple[Side, Side]]:
    tenant, env = Tenant.objects.create(name="Bench"), environment()
    conversation = factories.make_conversation(tenant, said="Do you have a table for two?")
    people = [factories.make_member(tenant, Role.ADMIN) for _ in range(PEOPLE)]
    tokens = [credentials.issue_access(who) for who in people for _ in range(SOCKETS_EACH)]
    ports = free_port(), free_port()
    commands = [
        uvicorn(where, port)
        for where, port in zip(("autochat.asgi:application", "bench.broadcast:application"), ports, strict=True)
    ]
    with ExitStack() as stack:
        for name, command, port in zip(("product", "floor"), commands, ports, strict=True):
            stack.enter_context(served(name, command, port, "/healthz", **env))
        urls = [f"ws://127.0.0.1:{port}/api/ws/tenant" for port in ports]
        yield (
            Side(urls[0], tokens, conversation.pk, env),
            Side(urls[1], tokens, conversation.pk, env, is_floor=True),
        )
