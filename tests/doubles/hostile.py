"""Servers that do everything but answer a webhook as they should: raw sockets, one port for each behaviour."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from pathlib import Path

from tests.doubles.certificates import make_certificate, serving
from tests.doubles.hostile_behaviours import Behaviour, Writer, answers, behaviours, says
from tests.waiting import wait_until


class Hostile:
    """A server for each behaviour, in a thread of its own."""

    def __init__(self, refused: str) -> None:
        self.behaviours = behaviours(refused)
        self.urls: dict[str, str] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Serve."""
        self._thread.start()
        wait_until(lambda: len(self.urls) == len(self.behaviours) + 3, what="the hostile servers listen")

    def stop(self) -> None:
        """End them all."""
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stopped = asyncio.Event()
        servers = []
        with tempfile.TemporaryDirectory() as folder:
            for name, behave in self.behaviours.items():
                servers.append(await self._listen(name, behave, "http"))
            fine = answers("200 OK")
            for name, days in (("self-signed certificate", 30), ("expired certificate", -1)):
                tls = serving(make_certificate(Path(folder), days=days))
                servers.append(await self._listen(name, fine, "https", ssl=tls))
            servers.append(await self._listen("silence instead of TLS", says(b"", then_waits=True), "https"))
            await self._stopped.wait()
        for server in servers:
            server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _listen(self, name: str, behave: Behaviour, scheme: str, **options: object) -> asyncio.Server:
        async def serve(reader: asyncio.StreamReader, writer: Writer) -> None:
            try:
                await reader.read(4096)
                await behave(writer)
            except (OSError, asyncio.CancelledError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0, **options)
        self.urls[name] = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        return server
