"""What a measurement runs on: its own database, the model's double, the product's server, the floor's server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Target:
    """A chat address, the token that opens it, and the process behind it."""

    name: str
    url: str
    token: str
    process: psutil.Process

    def memory(self) -> float:
        """What the process costs the machine, in MB: its proportional set size."""
        return float(self.process.memory_full_info().pss) / 1e6

    def cpu(self) -> float:
        """Seconds of processor time used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def served(name: str, command: list[str], port: int, ready: str, **env: str) -> Iterator[psutil.Process]:
    """A server for the length of the block, once its `ready` address answers."""
    log = ROOT / "var" / "bench" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, stdout=out, stderr=subprocess.STDOUT)
    try:
        _wait_for(f"http://127.0.0.1:{port}{ready}", process)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + START_SECONDS
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise RuntimeError(f"{' '.join(map(str, process.args[:6]))} ended; see var/bench")  # type: ignore[index]
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"Nothing answered at {url}.")


def uvicorn(application: str, port: int) -> list[str]:
    """The server as `make run` starts it, for one application."""
    options = ["--host", "127.0.0.1", "--port", str(port), "--lifespan", "off", "--no-access-log", "--backlog", "4096"]
    return [sys.executable, "-m", "uvicorn", application, *options, "--log-level", "warning"]


def load(target: Target, **options: Any) -> dict[str, float]:
    """Run the load generator against a target."""
    arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "bench.load", target.url, target.token, *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result
