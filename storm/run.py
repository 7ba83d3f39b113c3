"""One storm from beginning to end."""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import Error, connection

from autochat.embedded import Cluster
from conversations.models import Conversation
from storm.check import write
from storm.load import EACH, Load
from storm.machine import Machine
from tenants.models import Membership, Role, Tenant
from tests import factories
from tests.doubles.receiver import Receiver
from tests.redis_server import RedisServer
from tests.waiting import wait_until
from tests.world import bearer
from tracking import webhooks
from tracking.models import Delivery, EventType, Outcome

SETTLES = 120  # seconds for what was in the air when the storm ended
FLOWS = 20  # deliveries before the first blow, so that each hits something
BLOW_SECONDS = 8  # what a blow takes with its restart, for reckoning how much there is to tell


def rage(cluster: Cluster, redis: RedisServer, folder: Path, *, rounds: int, rate: float, pause: float) -> None:
    """Load, blows, calm; then the history is written down."""
    machine, receiver = Machine(cluster, redis), Receiver()
    receiver.start()
    try:
        tenant, owner = _begin(machine)
        webhooks.create_endpoint(tenant=tenant, url=receiver.url(), events=list(EventType.values))
        count = int(rate * rounds * 5 * (pause + BLOW_SECONDS) / EACH) + 50
        load = Load(_conversations(tenant, count), rate, machine.web.url, lambda: bearer(owner))
        blows = _strike(machine, load, receiver, rounds, pause)
        _settle()
        _remember(folder, tenant, load, blows)
    finally:
        machine.stop()
        receiver.stop()
    got = [{"id": g.webhook_id, "at": g.at, "body": hashlib.sha256(g.body).hexdigest()} for g in receiver.got]
    write(folder / "received.jsonl", got)


def _begin(machine: Machine) -> tuple[Tenant, Membership]:
    """Bring everything up, the tables beside the processes, and make who it is all about."""
    with ThreadPoolExecutor(1) as pool:
        started = pool.submit(machine.start)
        call_command("migrate", verbosity=0)
        started.result()
    tenant = factories.make_tenant("Storm")
    return tenant, factories.make_member(tenant, Role.OWNER, email=f"{tenant.pk}@storm.example")


def _strike(machine: Machine, load: Load, receiver: Receiver, rounds: int, pause: float) -> list[dict[str, Any]]:
    blows: list[dict[str, Any]] = []

    def note(blow: str) -> None:
        blows.append({"at": datetime.now(UTC).isoformat(), "blow": blow})
        print(f"{len(load.accepted)} accepted, {len(receiver.got)} delivered; now {blow}", flush=True)

    began = time.monotonic()
    load.start()
    wait_until(lambda: len(receiver.got) >= FLOWS, seconds=SETTLES, what="outcomes flow")
    machine.strike(rounds, pause, note)
    load.stop()
    took = time.monotonic() - began
    count = len(load.accepted)
    print(f"{count} accepted in {took:.0f} s, {count / took:.0f} a second; refused {load.refused} times", flush=True)
    return blows


def _remember(folder: Path, tenant: Tenant, load: Load, blows: list[dict[str, Any]]) -> None:
    write(folder / "blows.jsonl", blows)
    write(folder / "accepted.jsonl", [{"conversation": who, "type": kind} for who, kind in load.accepted])
    rows = Outcome.objects.for_tenant(tenant).values_list("pk", "conversation_id", "type")
    write(folder / "stored.jsonl", [{"id": str(i), "conversation": str(c), "type": t} for i, c, t in rows])


def _conversations(tenant: Tenant, count: int) -> list[Any]:
    first = factories.make_conversation(tenant, said="Hello")
    fields = {"tenant": tenant, "contact": first.contact, "started_at": first.started_at}
    rows = [
        Conversation(**fields, session=f"storm_{number}", last_message_at=first.last_message_at)
        for number in range(count)
    ]
    return [row.pk for row in Conversation.objects.bulk_create(rows, batch_size=1000)]


def _settle() -> None:
    """Until nothing waits any more."""
    ends = time.monotonic() + SETTLES
    while time.monotonic() < ends:
        try:
            if not Delivery.objects.filter(state="pending").exists():
                return
        except Error:
            connection.close()
        time.sleep(0.2)
