"""The product runs as one process or as several, on either server, and ends cleanly."""

from __future__ import annotations

import signal
import socket
import subprocess
import urllib.request
from collections.abc import Callable

import psutil
import pytest

from tests.redis_server import RedisServer
from tests.servers import START_SECONDS, Beat, Running, Web, Worker, environment
from tests.waiting import wait_until

Start = Callable[[Running], Running]


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_each_server_carries_the_product(start: Start, server: str) -> None:
    web = Web(server)
    start(web)
    with urllib.request.urlopen(f"{web.url}/accounts/login/", timeout=10) as page:
        assert page.status == 200
        assert b"<html" in page.read()


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_one_command_brings_worker_and_server_up_and_down(start: Start, server: str) -> None:
    everything = Web("run", ready_at="/readyz", REDIS_URL="", server=server)
    start(everything)
    pid = everything.process.pid
    assert psutil.Process(pid).children(recursive=True) == []
    for name in (everything.url, everything.other_origin):
        with urllib.request.urlopen(f"{name}/healthz", timeout=5) as answer:
            assert answer.status == 200
    everything.process.send_signal(signal.SIGINT)
    assert everything.process.wait(5) == 0, everything.output()
    assert "Traceback" not in everything.output()
    assert everything.output().rstrip().endswith("Stopped.")


def test_a_taken_port_is_said_in_one_sentence(transactional_db: None) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            Web("run").command,
            env=environment(PORT=str(port)),
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (f"CommandError: Port {port} is taken; stop what uses it or choose another one with PORT.\n")


def test_readiness_needs_a_worker_that_works(start: Start, web: Web) -> None:
    ready = Web(PORT=str(web.port), ready_at="/readyz")
    assert not ready.is_ready()
    start(Beat())
    start(Worker())
    wait_until(ready.is_ready, seconds=20, what="ready with a worker")


def test_readiness_names_what_is_gone(start: Start, own_redis: RedisServer) -> None:
    alone = Web(REDIS_URL=own_redis.url)
    start(alone)
    own_redis.stop()
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(f"{alone.url}/readyz", timeout=15)
    assert refusal.value.code == 503
    assert b'"cache"' in refusal.value.read()
    assert alone.is_ready(), "it lives on"
