"""`manage.py run`: everything on one machine, in one process, until Ctrl-C."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from contextlib import suppress
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from autochat import embedded
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
        for signum in (signal.SIGINT, signal.SIGTERM):  # a shell starts its background jobs deaf to SIGINT
            signal.signal(signum, signal.default_int_handler)
        try:
            sockets = listen(settings.PORT)
        except PortTaken as taken:
            raise CommandError(str(taken)) from None
        with suppress(KeyboardInterrupt):  # Ctrl-C is how it ends
            self.serve_until_told(sockets, server, demo=not no_demo)
        self.stdout.write("Stopped.")
        leave()

    def serve_until_told(self, sockets: list[socket.socket], server: str, *, demo: bool) -> None:
        """Prepare, start the jobs, serve; whatever ends it, the jobs are stopped."""
        lines = self.prepare(demo=demo)
        from autochat.jobs import Jobs  # late: Celery is slow to import, and refusals need none of it

        embedded.watch()
        jobs = Jobs()
        jobs.start()
        threading.Thread(target=self.announce, args=(lines,), daemon=True).start()
        try:
            serve(sockets, server=server)
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is stopping already
            jobs.stop()

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
        with urllib.request.urlopen(f"http://127.0.0.1:{settings.PORT}/readyz", timeout=5) as response:
            return response.status == 200, ""
    except urllib.error.HTTPError as error:
        return False, error.read(500).decode(errors="replace")
    except OSError as error:
        return False, str(error)


def leave() -> None:
    """End the process here and now: threads that still wait for something would hold it up."""
    embedded.leave_all()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
