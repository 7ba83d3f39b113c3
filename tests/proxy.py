"""A stretch of network that a test can cut: TCP from one port to another."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from tests.redis_server import free_port


class Proxy:
    """Forwards connections to `target`; `cut()` ends them all and refuses new ones until `mend()`."""

    def __init__(self, target: int, port: int = 0) -> None:
        self.target = target
        self.port = port or free_port()
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self.mend()

    @property
    def url(self) -> str:
        """Where the other side seems to be."""
        return f"http://127.0.0.1:{self.port}"

    def mend(self) -> None:
        """Let connections through again."""
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=128)
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def cut(self) -> None:
        """End everything at once, as a pulled cable would."""
        if self._listener is not None:
            _shut(self._listener)
            self._listener = None
        for connection in list(self._open):
            _shut(connection)
        self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            self._open |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=[source, sink], daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            _shut(end)
            self._open.discard(end)


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
