"""Have strangers' files and pages read by a process of their own, which may break without breaking anything else."""

from __future__ import annotations

import json
import os
import selectors
import struct
import subprocess
import sys
import time
from types import TracebackType
from typing import IO, Any, Final, Self

from django.conf import settings

from assistants.extraction.base import Extracted, Unreadable

SECONDS: Final = 30.0
"""Of wall clock for one piece."""

REPLY_MOST: Final = 32 * 1024 * 1024
TOO_LONG: Final = "Reading it takes too long. Save a simpler or smaller file."
BROKEN: Final = "Reading it failed: the file is damaged, or needs more memory than a text does. Save it anew."


class Reader:
    """Reads one piece after the other; a process that hangs or dies is replaced at the next one.

    Use it as a context: the process ends with the block.
    """

    def __init__(self, *, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def read(self, kind: str, data: bytes, *, charset: str = "") -> Extracted:
        """The text of a piece of this kind (`assistants.extraction.child.READERS`). Raises Unreadable."""
        process = self._running()
        head = json.dumps({"kind": kind, "charset": charset[:40]}).encode()
        deadline = time.monotonic() + self._seconds
        try:
            _write(process, [head, data], deadline)
            reply = _read(process, deadline)
        except TimeoutError:
            self.close()
            raise Unreadable(TOO_LONG) from None
        except (OSError, EOFError):
            self.close()
            raise Unreadable(BROKEN) from None
        if "problem" in reply:
            raise Unreadable(reply["problem"])
        return Extracted(**reply)

    def close(self) -> None:
        """End the process, whatever it does."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = _start()
        return self._process


def _start() -> subprocess.Popen[bytes]:
    """A fresh interpreter that knows nothing of ours: neither the environment's secrets nor open files."""
    process = subprocess.Popen(
        [sys.executable, "-E", "-s", "-m", "assistants.extraction.child"],
        cwd=settings.BASE_DIR,
        env={"LANG": "C.UTF-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    for stream in (process.stdin, process.stdout):
        assert stream is not None
        os.set_blocking(stream.fileno(), False)
    return process


def _write(process: subprocess.Popen[bytes], pieces: list[bytes], deadline: float) -> None:
    stream = process.stdin
    assert stream is not None
    for piece in pieces:
        for part in (struct.pack(">I", len(piece)), piece):
            view = memoryview(part)
            while view:
                _await(stream, selectors.EVENT_WRITE, deadline)
                view = view[os.write(stream.fileno(), view[:65536]) :]


def _read(process: subprocess.Popen[bytes], deadline: float) -> dict[str, Any]:
    stream = process.stdout
    assert stream is not None
    size = struct.unpack(">I", _exactly(stream, 4, deadline))[0]
    if size > REPLY_MOST:
        raise EOFError
    reply: dict[str, Any] = json.loads(_exactly(stream, size, deadline))
    return reply


def _exactly(stream: IO[bytes], size: int, deadline: float) -> bytes:
    found = bytearray()
    while len(found) < size:
        _await(stream, selectors.EVENT_READ, deadline)
        part = os.read(stream.fileno(), min(size - len(found), 1024 * 1024))
        if not part:
            raise EOFError
        found += part
    return bytes(found)


def _await(stream: IO[bytes], event: int, deadline: float) -> None:
    """Until the pipe can take or give something, or TimeoutError."""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, event)
        if not selector.select(max(deadline - time.monotonic(), 0)):
            raise TimeoutError
