"""Fifty tenants' servers in one process: they answer at once, or not at all under /hang."""

from __future__ import annotations

import asyncio
import sys

from aiohttp import web


async def serve(port: int) -> None:
    """Until killed."""

    async def answer(request: web.BaseRequest) -> web.Response:
        await request.read()
        if request.path.startswith("/hang"):
            await asyncio.sleep(60)
        return web.Response(status=204)

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=1024).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
