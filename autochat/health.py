"""Whether the process lives, and whether everything that it needs does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from autochat.celery import app
from autochat.tasks import ALIVE

logger = structlog.get_logger("autochat.health")
PATIENCE = 2  # seconds for each part; all are asked at once


class _Failed(Exception):
    """The part answers, but not well."""


def _ask_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


def _ask_cache() -> None:
    cache.set("readyz", value=True, timeout=10)
    if cache.get("readyz") is not True:
        raise _Failed("it forgets at once")


def _ask_broker() -> None:
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=PATIENCE)


def _ask_worker() -> None:
    if cache.get(ALIVE) is not True:
        raise _Failed("no task was done in the last minute")


_PARTS: dict[str, Callable[[], None]] = {
    "database": _ask_database,
    "cache": _ask_cache,
    "broker": _ask_broker,
    "worker": _ask_worker,
}
# A thread for each: a part that hangs holds up its own thread, and later questions to it wait in line and give up.
_THREADS = {name: ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"health-{name}") for name in _PARTS}


async def _answers(name: str) -> bool:
    loop = asyncio.get_running_loop()
    try:
        await asyncio.wait_for(loop.run_in_executor(_THREADS[name], _PARTS[name]), PATIENCE)
    except Exception as problem:  # noqa: BLE001  (whatever it is, the part doesn't answer)
        logger.warning("not ready", part=name, problem=str(problem) or type(problem).__name__)
        return False
    return True


@never_cache
async def healthz(request: HttpRequest) -> JsonResponse:
    """200 while the process lives."""
    return JsonResponse({"status": "ok"})


@never_cache
async def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, cache, broker and a worker answer, else 503 with the parts that don't."""
    answers = await asyncio.gather(*map(_answers, _PARTS))
    parts = {name: "ok" if well else "failed" for name, well in zip(_PARTS, answers, strict=True)}
    failed = [name for name, state in parts.items() if state == "failed"]
    body = {"status": "unavailable" if failed else "ready", "failed": failed, "parts": parts}
    return JsonResponse(body, status=503 if failed else 200)
