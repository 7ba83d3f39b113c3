"""Liveness, and a readiness that really asks."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from django.core.cache import cache
from django.test import AsyncClient

from autochat import health, tasks


@pytest.fixture
def worker_alive() -> None:
    tasks.heartbeat()


async def ready() -> Any:
    return await AsyncClient().get("/readyz")


async def test_the_process_lives() -> None:
    answer = await AsyncClient().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db(transaction=True)
async def test_ready_when_all_parts_answer(worker_alive: None) -> None:
    answer = await ready()
    assert (answer.status_code, answer.json()["failed"]) == (200, [])
    assert set(answer.json()["parts"]) == {"database", "cache", "broker", "worker"}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db(transaction=True)
async def test_a_worker_that_is_silent_for_a_minute_is_named() -> None:
    cache.delete(tasks.ALIVE)
    answer = await ready()
    assert (answer.status_code, answer.json()["failed"]) == (503, ["worker"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", ["database", "cache", "broker"])
async def test_a_part_that_fails_is_named(worker_alive: None, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ConnectionError("password=secret")

    monkeypatch.setitem(health._PARTS, part, fail)
    answer = await ready()
    assert (answer.status_code, answer.json()["failed"]) == (503, [part])
    assert "secret" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
async def test_a_part_that_hangs_holds_nobody_up(worker_alive: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would hang for ever: that three questions are answered at all is the point."""
    release = threading.Event()
    monkeypatch.setattr(health, "PATIENCE", 0.3)
    monkeypatch.setitem(health._PARTS, "broker", release.wait)
    try:
        async with asyncio.timeout(60):
            answers = [await ready() for _ in range(3)]
    finally:
        release.set()
    assert [answer.status_code for answer in answers] == [503] * 3
    assert all("broker" in answer.json()["failed"] for answer in answers)
