"""`manage.py run`: everything on one machine, in one process, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from autochat.serving import PortTaken, listen, serve
from autochat.static_build import collect_static

READY_SECONDS = 60
LOOK_AGAIN_SECONDS = 0.05


class Command(BaseCommand):
    """Prepare the database and the static files, seed the demo, serve, and say what to open."""

    help = "Run the whole product on this machine: database, server, worker and the demo tenant."
    requires_system_checks: list[str] = []  # the checks run with the tests; a start should be quick

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which server, and whether the demo tenant is wanted."""
        parser.add_argument("--server", choices=["uvicorn", "daphne"], default="uvicorn")
        parser.add_argument("--no-demo", action="store_true", help="Don't seed the demo tenant.")

    def handle(self, *args: Any, server: str, no_demo: bool, **options: Any) -> None:
        """Run until Ctrl-C or a SIGTERM; both end with exit code 0."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            sockets = listen(settings.PORT)
        except PortTaken as taken:
            raise CommandError(str(taken)) from None
        try:
            lines = self.prepare(demo=not no_demo)
            with jobs():
                threading.Thread(target=self.announce, args=(lines,), daemon=True).start()
                serve(sockets, server=server)
        except KeyboardInterrupt:
            pass  # Ctrl-C is how it ends
        self.stdout.write("Stopped.")

    def prepare(self, *, demo: bool) -> str:
        """Bring database and static files up to date; gives the lines to print once the server answers."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database.")
            call_command("migrate", interactive=False, verbosity=0)
        if collect_static():
            self.stdout.write("Collected the static files.")
        lines = StringIO()
        if demo:
            call_command("seed_demo", stdout=lines)
        connections.close_all()
        return lines.getvalue().strip() or f"Dashboard  {settings.PUBLIC_URL}/"

    def announce(self, lines: str) -> None:
        """Print the lines as soon as the server says that it is ready, or what keeps it from being so."""
        deadline = time.monotonic() + READY_SECONDS
        answer = ""
        while time.monotonic() < deadline:
            ready, answer = _ask_ready()
            if ready:
                self.stdout.write(lines)
                self.stdout.flush()
                return
            time.sleep(LOOK_AGAIN_SECONDS)
        self.stderr.write(f"The server is up, but not ready: {answer}")


def _ask_ready() -> tuple[bool, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{settings.PORT}/readyz", timeout=5) as response:  # noqa: S310
            return response.status == 200, ""
    except urllib.error.HTTPError as error:
        return False, error.read(500).decode(errors="replace")
    except OSError as error:
        return False, str(error)


@contextmanager
def jobs() -> Iterator[None]:
    """Have a worker and a beat in this process; leave none behind."""
    from autochat.jobs import Jobs  # late: Celery is slow to import, and `--help` and refusals need none of it

    running = Jobs()
    running.start()
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is stopping already
        if not running.stop():
            leave_at_once()


def leave_at_once() -> None:
    """Stop the database and go, though a task still runs: its thread would keep the process for as long as it likes."""
    from autochat import embedded

    embedded.leave_all()
    sys.stdout.flush()
    os._exit(0)
