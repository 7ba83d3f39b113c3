"""The PostgreSQL that comes along: shared, crash-proof, gone when nobody uses it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from autochat import embedded
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
USER = """
import sys
from pathlib import Path
from autochat.embedded import postgres_url, watch
watch()
print(postgres_url(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


class User:
    """Another process that uses the server until it is told to leave."""

    def __init__(self, home: Path) -> None:
        command = [sys.executable, "-c", USER, str(home)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()

    def leave(self) -> None:
        self.process.communicate()
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextmanager
def open_folder() -> Iterator[Path]:
    """Where root's PostgreSQL may go; pytest closes its own temporary folder to others whenever it starts anywhere."""
    with tempfile.TemporaryDirectory(prefix="embedded-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """One data directory for all: each test leaves with nobody using it."""
    with open_folder() as folder:
        home = folder / "postgres"
        yield home
        embedded.postgres_url(home)  # after a failed test somebody may have been killed in the middle of it
        embedded.leave(home)


def postmaster(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().splitlines()[0])


def runs(pid: int) -> bool:
    """Whether the process runs; one that has ended may keep its number until it is buried."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_second_user_joins_and_the_last_one_stops_it(home: Path) -> None:
    first, second = User(home), User(home)
    assert first.url == second.url
    server = postmaster(home)
    first.leave()
    with psycopg.connect(second.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    second.leave()
    assert not runs(server)


def test_data_outlives_a_crash_of_everything(home: Path) -> None:
    user = User(home)
    with psycopg.connect(user.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 41 + 1 AS number")
    server = postmaster(home)
    user.kill()
    os.kill(server, signal.SIGKILL)
    wait_until(lambda: not runs(server), what="the server is gone")
    again = User(home)
    with psycopg.connect(again.url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (42,)
    again.leave()


def test_a_server_that_is_killed_under_its_user_is_started_again(home: Path) -> None:
    user = User(home)
    server = postmaster(home)
    os.kill(server, signal.SIGKILL)

    def answers() -> bool:
        try:
            with psycopg.connect(user.url) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except psycopg.OperationalError:
            return False

    wait_until(lambda: not runs(server), what="the server is gone")
    wait_until(answers, seconds=30, what="another answers in its place")
    user.leave()
    assert not (home / "data" / "postmaster.pid").exists(), "who leaves last stops the new one too"


def test_a_killed_user_holds_nothing_up(home: Path) -> None:
    User(home).kill()
    server = postmaster(home)
    User(home).leave()
    assert not runs(server)


def test_a_pid_that_belongs_to_another_process_by_now_is_no_obstacle(home: Path) -> None:
    User(home).leave()
    (home / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    user = User(home)
    assert postmaster(home) != os.getpid()
    user.leave()


def test_a_first_start_that_was_cut_short_is_made_again() -> None:
    with open_folder() as folder:
        home = folder / ("long" * 30) / "postgres"  # too long a path for a socket, at that
        (home / "data.new").mkdir(parents=True)
        (home / "data.new" / "PG_VERSION").write_text("18\n")
        user = User(home)
        with psycopg.connect(user.url) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
        user.leave()
