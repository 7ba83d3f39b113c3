"""The PostgreSQL that comes along, for machines that have none of their own.

All processes of one checkout share it. Each holds a shared lock on `users.lock` for as long as it lives, and the one
that leaves last stops the server. The kernel drops a dead process's lock, so `kill -9` leaves nothing to clean up.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import structlog

from autochat.cluster import DATABASE, SUPERUSER, Cluster, EmbeddedPostgresError

logger = structlog.get_logger("autochat.embedded")
WATCH_SECONDS = 1.0

_held: dict[Path, int] = {}  # data directory -> the descriptor of its users.lock


def postgres_url(data_dir: Path) -> str:
    """Start the server, or join it where it runs already, and say how to reach it."""
    cluster = Cluster(data_dir.resolve())
    if cluster.home not in _held:
        _join(cluster)
    return f"postgresql://{SUPERUSER}@/{DATABASE}?host={quote(str(cluster.socket_dir), safe='')}"


def leave(data_dir: Path) -> None:
    """Stop using the server; whoever is the last to leave stops it."""
    cluster = Cluster(data_dir.resolve())
    users = _held.pop(cluster.home, None)
    if users is None:
        return
    with _alone(cluster):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        else:
            cluster.stop()
        finally:
            os.close(users)


def watch() -> None:
    """Keep every server up that this process has joined: one that was killed is started again, and replays its log."""
    threading.Thread(target=_watch, name="postgres-watch", daemon=True).start()


def _watch() -> None:
    while True:
        time.sleep(WATCH_SECONDS)
        for home in list(_held):
            cluster = Cluster(home)
            if not cluster.lives():
                try:
                    _start_again(cluster)
                except EmbeddedPostgresError as error:
                    logger.warning("postgres does not start", problem=str(error))


def _start_again(cluster: Cluster) -> None:
    with _alone(cluster):
        if cluster.home in _held and not cluster.lives():  # nobody has left it or started it meanwhile
            logger.warning("postgres was killed and is started again")
            cluster.ensure_running()


def leave_all() -> None:
    """Stop using every server that this process has joined."""
    for home in list(_held):
        leave(home)


def _join(cluster: Cluster) -> None:
    cluster.home.mkdir(parents=True, exist_ok=True)
    with _alone(cluster):
        users = os.open(cluster.home / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(users, fcntl.LOCK_SH)
            cluster.ensure_running()
        except BaseException:
            os.close(users)
            raise
    _held[cluster.home] = users
    atexit.register(_leave_at_exit, cluster.home, os.getpid())


def _leave_at_exit(home: Path, pid: int) -> None:
    if os.getpid() == pid:  # a forked child shares the lock, and must not give it up for its parent
        leave(home)


@contextmanager
def _alone(cluster: Cluster) -> Iterator[None]:
    """Let one process at a time start or stop the server."""
    with (cluster.home / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
