"""F7: `make run` on a fresh clone to the first answered chat, and again when warm."""

from __future__ import annotations

import json
import os
import re
import signal
import statistics
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.redis_server import free_port

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 300  # seconds
ROUNDS = 3
CALL = re.compile(r'curl -X POST (\S+) -H "Authorization: Bearer (\S+)"')


def f7() -> dict[str, Any]:
    """Seconds from the command to the first answer, on a clone made for it and in it once more."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "autochat"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        fresh = _first_answer(clone)
        warm = [_first_answer(clone) for _ in range(ROUNDS)]
    return {"fresh": fresh, "warm": statistics.median(warm), "spread": [min(warm), max(warm)]}


def _first_answer(clone: Path) -> float:
    began = time.perf_counter()
    with running(clone) as printed:
        call = CALL.search(printed)
        assert call is not None
        while not _is_answered(*call.groups()):
            time.sleep(0.05)
        return time.perf_counter() - began


@contextmanager
def running(clone: Path) -> Iterator[str]:
    """The whole product out of a clone, as a newcomer starts it; gives what it printed once it was ready."""
    ours = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "DJANGO_SETTINGS_MODULE", "VIRTUAL_ENV", "RATE_LIMITS"}
    env = {name: value for name, value in os.environ.items() if name not in ours} | {"PORT": str(free_port())}
    with (clone / "start.log").open("w+b") as log:
        run = subprocess.Popen(["make", "run"], cwd=clone, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        yield _printed(run, clone / "start.log")
    finally:
        os.killpg(run.pid, signal.SIGINT)
        run.wait(30)


def _printed(run: subprocess.Popen[bytes], log: Path) -> str:
    ends = time.perf_counter() + LONGEST
    while not CALL.search(printed := log.read_text()):
        if run.poll() is not None or time.perf_counter() > ends:
            raise RuntimeError(f"It did not start within {LONGEST} s:\n{printed[-2000:]}")
        time.sleep(0.05)
    return printed


def _is_answered(url: str, token: str) -> bool:
    said = json.dumps({"sessionId": "bench", "message": "Hello!"}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, said, headers), timeout=10) as response:
            return bool(json.load(response)["message"])
    except OSError:  # nobody listens yet, or it refuses
        return False
