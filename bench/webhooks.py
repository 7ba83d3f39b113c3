"""F4: webhooks delivered a second by one worker process to 50 endpoints; and while a fifth of the endpoints hang."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil
from django.utils import timezone

from bench.processes import ROOT
from tenants.models import Tenant
from tenants.ownership import new_id
from tests import factories
from tests.redis_server import free_port
from tests.servers import Beat, Worker
from tracking import outbox, webhooks
from tracking.models import Attempt, Delivery, WebhookEndpoint

ENDPOINTS, HANGING = 50, 10
EACH = 120  # events for every endpoint
EVENT = "autochat.conversation_rated.v1"
LONGEST = 120.0  # seconds to wait for a round


def measure() -> dict[str, Any]:
    """Both rounds; rates are deliveries a second, times are milliseconds of a try."""
    with _receiver() as port, _worker() as worker:
        used = _cpu(worker)
        quiet = _round(port, hanging=0)
        used = _cpu(worker) - used
        troubled = _round(port, hanging=HANGING)
    return {
        "per_second": round(quiet["per_second"]),
        "cpu_ms": round(1000 * used / (ENDPOINTS * EACH), 2),
        "p95_ms": quiet["p95_ms"],
        "per_second_with_hanging": round(troubled["per_second"]),
        "p95_ms_with_hanging": troubled["p95_ms"],
        "ratio": round(troubled["p95_ms"] / max(quiet["p95_ms"], 1), 2),
        "lost": quiet["lost"] + troubled["lost"],
    }


def _round(port: int, *, hanging: int) -> dict[str, float]:
    tenant = factories.make_tenant(f"Bench {hanging}")
    healthy = []
    for number in range(ENDPOINTS):
        path = f"hang/{number}" if number < hanging else f"in/{number}"
        endpoint, _ = webhooks.create_endpoint(
            tenant=tenant, url=f"http://127.0.0.1:{port}/{path}", events=[EVENT], status="paused"
        )
        if number >= hanging:
            healthy.append(endpoint.pk)
    _tell(tenant)
    expected = EACH * len(healthy)
    began = time.monotonic()
    WebhookEndpoint.objects.for_tenant(tenant).update(status="active")
    done = 0
    while done < expected and time.monotonic() - began < LONGEST:
        time.sleep(0.05)
        done = Delivery.objects.filter(endpoint__in=healthy, state="delivered").count()
    tries = Attempt.objects.filter(endpoint__in=healthy).order_by("started_at")
    times = list(tries.values_list("started_at", "duration_ms"))
    span = (times[-1][0] - times[0][0]).total_seconds() + times[-1][1] / 1000
    durations = sorted(duration for _, duration in times)
    return {
        "per_second": len(times) / span,
        "p95_ms": float(statistics.quantiles(durations, n=20)[-1]),
        "lost": expected - done,
    }


def _tell(tenant: Tenant) -> None:
    for _ in range(EACH):
        event_id = new_id()
        detail = {"event_id": str(event_id), "event_type": EVENT, "data": {"score": 5}}
        now = timezone.now()
        outbox.enqueue(tenant_id=tenant.pk, event_type=EVENT, event_id=event_id, occurred_at=now, data=detail)


@contextmanager
def _worker() -> Iterator[psutil.Process]:
    """One worker process, rung by beat."""
    worker, beat = Worker(), Beat()
    worker.start()
    beat.start()
    assert worker.process is not None
    try:
        yield psutil.Process(worker.process.pid)
    finally:
        beat.kill()
        worker.kill()


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


@contextmanager
def _receiver() -> Iterator[int]:
    """The receiver in a process of its own, so that it takes nothing from what is measured but the machine."""
    port = free_port()
    command = [sys.executable, "-m", "bench.receiver", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env={**os.environ})
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield port
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
