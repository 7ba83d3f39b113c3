"""The two ASGI servers that can carry the product, each over sockets that are already bound."""

from __future__ import annotations

import errno
import logging
import socket

APPLICATION = "autochat.asgi:application"
BACKLOG = 2048
GRACE_SECONDS = 1  # open sockets and streams never end by themselves
SOCKET_FRAME_BYTES = 256 * 1024  # larger ones end the connection; those over 64 KiB get the contract's own answer


class PortTaken(Exception):
    """Somebody else listens at the port."""


def listen(port: int) -> list[socket.socket]:
    """Bind the port at both loopback addresses: browsers try `localhost` at ::1 first."""
    sockets = [_bind(socket.AF_INET, "127.0.0.1", port)]
    try:
        sockets.append(_bind(socket.AF_INET6, "::1", port))
    except PortTaken:
        sockets[0].close()
        raise
    except OSError:  # a machine without IPv6
        pass
    return sockets


def _bind(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(BACKLOG)  # two can bind a port before one of them listens
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(f"Port {port} is taken; stop what uses it or choose another one with PORT.") from None
        if error.errno == errno.EACCES:
            raise PortTaken(f"Port {port} is not yours to use; choose one above 1023 with PORT.") from None
        raise
    bound.setblocking(False)
    return bound


def serve(sockets: list[socket.socket], *, server: str) -> None:
    """Serve until a signal; comes back, or raises KeyboardInterrupt, once everything is closed."""
    if server == "daphne":
        _serve_with_daphne(sockets)
    else:
        _serve_with_uvicorn(sockets)


def _serve_with_uvicorn(sockets: list[socket.socket]) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            logging.getLogger("uvicorn.error").disabled = True  # it would print a traceback for each stream it cuts
            await super().shutdown(sockets)

    config = uvicorn.Config(
        APPLICATION,
        lifespan="off",
        ws="websockets-sansio",
        ws_max_size=SOCKET_FRAME_BYTES,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    Server(config).run(sockets=sockets)


def _serve_with_daphne(sockets: list[socket.socket]) -> None:
    from daphne.server import Server  # sets the event loop up for Twisted as it is imported

    from autochat.asgi import application

    endpoints = []
    for bound in sockets:  # Twisted wants to bind for itself
        host, port = bound.getsockname()[:2]
        bound.close()
        endpoints.append(f"tcp:{port}:backlog={BACKLOG}:interface={host.replace(':', chr(92) + ':')}")
    Server(
        application,
        endpoints=endpoints,
        server_name="",
        websocket_max_frame_size=SOCKET_FRAME_BYTES,
        websocket_max_message_size=SOCKET_FRAME_BYTES,
    ).run()
