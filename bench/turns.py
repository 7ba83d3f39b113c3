"""F1 and F2: chat turns of the product beside those of a bare ASGI function with the same SQL and provider call."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from assistants import keys
from assistants.models import Assistant, ProviderKey
from bench.processes import Target, load, served, uvicorn
from tenants.models import Tenant
from tests.redis_server import free_port
from tests.servers import environment
from widgets import tokens

ROUNDS = 3
IN_FLIGHT = 1_000
Row = dict[str, Any]


@contextmanager
def targets(latency: float) -> Iterator[tuple[Target, Target]]:
    """The product and the floor, over one database and one model that takes `latency` seconds."""
    model_port, product_port, floor_port = free_port(), free_port(), free_port()
    model_url = f"http://127.0.0.1:{model_port}/v1"
    tenant, token = _tenant(model_url)
    env = environment(EGRESS_ALLOWED_HOSTS="127.0.0.1", DATABASE_THREADS="6", PROVIDER_CALLS_PER_TENANT=str(IN_FLIGHT))
    double = [sys.executable, "-m", "tests.doubles.openai_server", "--port", str(model_port), "--latency", str(latency)]
    with ExitStack() as stack:
        stack.enter_context(served("model", double, model_port, "/v1/models"))
        product = stack.enter_context(
            served("product", uvicorn("autochat.asgi:application", product_port), product_port, "/healthz", **env)
        )
        floor_env = {"DATABASE_URL": env["DATABASE_URL"], "BENCH_MODEL_URL": model_url}
        floor = stack.enter_context(
            served("floor", uvicorn("bench.floor:application", floor_port), floor_port, "/healthz", **floor_env)
        )
        path = f"/api/widgets/{tenant.pk}/chat"
        yield (
            Target("product", f"http://127.0.0.1:{product_port}{path}", token, product),
            Target("floor", f"http://127.0.0.1:{floor_port}{path}", token, floor),
        )


def _tenant(model_url: str) -> tuple[Tenant, str]:
    tenant = Tenant.objects.create(name="Bench")
    key = ProviderKey(tenant=tenant, label="bench", base_url=model_url)
    keys.put_secret(key, "sk-bench-0123456789")
    key.save()
    Assistant.objects.create(
        tenant=tenant, name="Ann", provider="openai", model="double", provider_key=key, is_default_chat=True
    )
    return tenant, tokens.issue(tenant=tenant, label="bench")[1]


def f1(seconds: float = 8) -> Row:
    """Turns a second with 64 visitors and a provider that answers at once, in alternating rounds."""
    with targets(latency=0) as (product, floor):
        for target in (product, floor):
            _must_answer(target, load(target, visitors=64, seconds=2))
        rounds = [_round(product, floor, seconds) for _ in range(ROUNDS)]
    shares = [mine["per_second"] / bare["per_second"] for mine, bare in rounds]
    return {
        "share": statistics.median(shares),
        "spread": [min(shares), max(shares)],
        "product_per_second": statistics.median(mine["per_second"] for mine, _ in rounds),
        "floor_per_second": statistics.median(bare["per_second"] for _, bare in rounds),
        "product_cpu_ms": statistics.median(mine["cpu_ms"] for mine, _ in rounds),
        "floor_cpu_ms": statistics.median(bare["cpu_ms"] for _, bare in rounds),
        "failed": sum(mine["failed"] for mine, _ in rounds),
    }


def _must_answer(target: Target, warm_up: Row) -> None:
    """Refuse to measure what answers nobody: its figures would be those of failing fast."""
    if warm_up["failed"]:
        raise RuntimeError(f"{target.name} failed {warm_up['failed']} of {warm_up['turns']} turns; see var/bench")


def _round(product: Target, floor: Target, seconds: float) -> tuple[Row, Row]:
    return _measured(product, seconds), _measured(floor, seconds)


def _measured(target: Target, seconds: float) -> Row:
    before = target.cpu()
    result = load(target, visitors=64, seconds=seconds)
    return result | {"cpu_ms": (target.cpu() - before) / result["turns"] * 1000}


def f2() -> Row:
    """1,000 chats in flight while the provider takes a second: failures, what is added to it, memory."""
    with targets(latency=1) as (product, floor):
        for target in (product, floor):
            _must_answer(target, load(target, visitors=64, seconds=2))
        rounds = [(_burst(product), _burst(floor)) for _ in range(ROUNDS)]
        memory = product.memory()
    ratios = [mine["added"] / bare["added"] for mine, bare in rounds]
    return {
        "failed": sum(mine["failed"] for mine, _ in rounds),
        "p99_added": statistics.median(mine["added"] for mine, _ in rounds),
        "floor_p99_added": statistics.median(bare["added"] for _, bare in rounds),
        "ratio": statistics.median(ratios),
        "spread": [min(ratios), max(ratios)],
        "memory_mb": memory,
    }


def _burst(target: Target) -> Row:
    result = load(target, visitors=IN_FLIGHT, seconds=1, messages=1)
    return result | {"added": result["p99"] - 1}  # the provider's own second is nobody's fault
