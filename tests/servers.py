"""The product's processes as production runs them: web server, Celery worker, beat."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from celery import Task
from django.conf import settings
from django.db import connection
from kombu import Connection

from tests import reaper
from tests.redis_server import free_port, redis_url
from tests.waiting import wait_until

START_SECONDS = 90  # a quick machine takes two; a busy one takes its time
LOGS = Path(settings.BASE_DIR) / "var" / "test-logs"


def database_url() -> str:
    """The test database, as another process reaches it."""
    facts = connection.settings_dict
    password = f":{quote(facts['PASSWORD'], safe='')}" if facts["PASSWORD"] else ""
    place = f"{facts['HOST']}:{facts['PORT']}" if facts["PORT"] else facts["HOST"]
    socket = facts["OPTIONS"].get("host", "")
    query = f"?host={quote(socket, safe='')}" if socket else ""
    return f"postgresql://{facts['USER']}{password}@{place}/{facts['NAME']}{query}"


def environment(**more: str) -> dict[str, str]:
    """What a process of the product needs to share the tests' database and Redis; a value of "" takes one away."""
    ours = {
        "DJANGO_SETTINGS_MODULE": "autochat.settings",
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "RATE_LIMITS": "off",
        "EGRESS_ALLOWED_HOSTS": "127.0.0.1",  # where the doubles are
        "DATABASE_POOL": "6",
        "PYTHONUNBUFFERED": "1",
    }
    unwanted = {"CELERY_BROKER_URL", "PYTHONWARNINGS", "PUBLIC_URL"}
    everything = {**{k: v for k, v in os.environ.items() if k not in unwanted}, **ours, **more}
    return {name: value for name, value in everything.items() if value}


class Running:
    """One process, with its output in a file."""

    def __init__(self, name: str, command: list[str], env: Mapping[str, str]) -> None:
        LOGS.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.command = command
        self.env = dict(env)
        self.log = LOGS / f"{name}-{os.getpid()}.log"
        self.log.unlink(missing_ok=True)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, or start it again after it was stopped or killed; comes back once it is ready."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                cwd=settings.BASE_DIR,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the tests, which stop it themselves
            )
        reaper.watch(self.process.pid)
        try:
            wait_until(self._ready_or_dead, seconds=START_SECONDS, what=f"{self.name} is ready")
        except AssertionError as error:
            self.kill()
            raise AssertionError(f"{error}\n{self.output()[-3000:]}") from None

    def output(self) -> str:
        """All that it has printed so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def is_ready(self) -> bool:
        """Whether it does its work; said anew for each kind."""
        return True

    def stop(self, seconds: float = 10) -> int:
        """Ask it to end, and wait; gives its exit code."""
        return self._end(signal.SIGTERM, seconds)

    def kill(self) -> int:
        """End it as a crash would: it gets no chance to finish anything."""
        return self._end(signal.SIGKILL, 10)

    def _end(self, how: signal.Signals, seconds: float) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(how)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise AssertionError(f"{self.name} did not end within {seconds} s:\n{self.output()[-3000:]}") from None
        finally:
            reaper.forget(self.process.pid)
            self.process = None

    def _ready_or_dead(self) -> bool:
        assert self.process is not None
        if (code := self.process.poll()) is not None:
            raise AssertionError(f"{self.name} ended with {code} before it was ready")
        return self.is_ready()


class Web(Running):
    """A web server on a port of its own: uvicorn or daphne, or `manage.py run` with everything in one process."""

    def __init__(self, kind: str = "uvicorn", *, ready_at: str = "/healthz", server: str = "", **more: str) -> None:
        self.port = int(more.get("PORT") or free_port())
        self.ready_at = ready_at
        more["PORT"] = str(self.port)
        command = _web_command(kind, self.port) + (["--server", server] if server else [])
        super().__init__(f"{kind}-{self.port}", command, environment(**more))

    @property
    def url(self) -> str:
        """Where pages and API are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def other_origin(self) -> str:
        """The same server under another name: to a browser a site of its own."""
        return f"http://localhost:{self.port}"

    @property
    def socket_url(self) -> str:
        """The dashboards' WebSocket."""
        return f"ws://127.0.0.1:{self.port}/api/ws/tenant"

    def is_ready(self) -> bool:
        """Whether its readiness address answers 200."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{self.ready_at}", timeout=2) as response:
                return bool(response.status == 200)
        except OSError:  # nobody listens yet, or it says 503
            return False


class Worker(Running):
    """A Celery worker."""

    def __init__(self, **more: str) -> None:
        options = ["--pool", "threads", "--concurrency", "4", "--without-gossip", "--without-mingle", "-l", "INFO"]
        command = [sys.executable, "-m", "celery", "-A", "autochat", "worker", *options]
        super().__init__(f"worker-{free_port()}", command, environment(**more))

    def is_ready(self) -> bool:
        """Whether it has said so."""
        return " ready." in self.output()


class Beat(Running):
    """Celery's beat."""

    def __init__(self, **more: str) -> None:
        options = ["--scheduler", "celery.beat:Scheduler", "--pidfile", "", "--max-interval", "1", "-l", "INFO"]
        command = [sys.executable, "-m", "celery", "-A", "autochat", "beat", *options]
        super().__init__(f"beat-{free_port()}", command, environment(**more))

    def is_ready(self) -> bool:
        """Whether it has said so."""
        return "beat: Starting" in self.output()


def ring(task: Task) -> None:
    """As beat does, where real workers listen."""
    with Connection(redis_url()) as broker:
        task.apply_async(connection=broker)


def _web_command(kind: str, port: int) -> list[str]:
    if kind == "uvicorn":
        options = ["--host", "127.0.0.1", "--port", str(port), "--ws", "websockets-sansio", "--lifespan", "off"]
        options += ["--no-access-log", "--timeout-graceful-shutdown", "1"]
        return [sys.executable, "-m", "uvicorn", "autochat.asgi:application", *options]
    if kind == "daphne":
        return [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "autochat.asgi:application"]
    if kind == "run":
        return [sys.executable, "manage.py", "run", "--no-demo"]
    raise ValueError(f"No such web process: {kind}")
