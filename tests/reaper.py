"""What tests have started ends with them, however they end: killed, crashed, or told to.

Processes of the product run in sessions of their own, so that Ctrl-C reaches only the tests, which then stop them. Who
is killed can't, so a small process waits at the other end of a pipe: when the pipe closes, it ends what is left.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from functools import cache

_one_at_a_time = threading.Lock()


def watch(pid: int) -> None:
    """End this process, and its session with it, once this one is gone."""
    _tell(f"+{pid}")


def forget(pid: int) -> None:
    """It has ended; its number may soon be another's."""
    _tell(f"-{pid}")


def _tell(line: str) -> None:
    with _one_at_a_time:
        pipe = _reaper(os.getpid()).stdin
        assert pipe is not None
        pipe.write(f"{line}\n".encode())


@cache
def _reaper(_of: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-IS", __file__]
    reaper = subprocess.Popen(command, stdin=subprocess.PIPE, bufsize=0, start_new_session=True)
    atexit.register(reaper.communicate)
    return reaper


def _reap(told: Iterable[str]) -> None:
    watched: set[int] = set()
    for line in told:
        (watched.add if line[0] == "+" else watched.discard)(int(line[1:]))
    for pid in watched:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    _reap(sys.stdin)
