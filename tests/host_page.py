"""Somebody's site with our snippet on it, served from an origin of its own with as strict a policy as can be."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.redis_server import free_port


class HostPage:
    """A site whose one page embeds a snippet; `headers` are what its server sends along."""

    def __init__(self, snippet: str, *, csp: str = "", host: str = "localhost") -> None:
        self.snippet = snippet
        self.csp = csp
        self.port = free_port()
        self.origin = f"http://{host}:{self.port}"
        page = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = page.html().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                if page.csp:
                    self.send_header("Content-Security-Policy", page.csp)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def html(self) -> str:
        """The page."""
        return f"<!doctype html><html lang=en><title>A shop</title><body><h1>A shop</h1>{self.snippet}</body></html>"

    def close(self) -> None:
        """Take the site down."""
        self._server.shutdown()
        self._server.server_close()
