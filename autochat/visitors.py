"""The visitor's door: the addresses at which many wait at once, served on the event loop alone.

Django gives each request a thread for its synchronous middleware and keeps it until the answer has gone out. A chat
turn waits a second for its provider and a stream waits for hours, so these two go past that: no middleware, no thread,
no database connection while they wait. A visitor who leaves doesn't stop the turn; its answer is stored all the same.
"""

from __future__ import annotations

import re

from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.exception import convert_exception_to_response
from django.urls import set_script_prefix

from autochat.request_id import App, Receive, Scope, Send

_WAITING = re.compile(r"/api/widgets/[^/]+/(chat|stream)/?")


class _LoopHandler(ASGIHandler):
    """Django's handler less middleware, signals and the thread that serves them."""

    def load_middleware(self, is_async: bool = False) -> None:
        self._view_middleware = []
        self._template_response_middleware = []
        self._exception_middleware = []
        self._middleware_chain = convert_exception_to_response(self._get_response_async)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        set_script_prefix(get_script_prefix(scope))
        with body:
            request, refusal = self.create_request(scope, body)
            if request is not None:
                request.disconnected = receive
            response = refusal if request is None else await self.get_response_async(request)
            await self.send_response(response, send)


class VisitorDoor:
    """Sends the waiting addresses to the loop and everything else to `otherwise`."""

    def __init__(self, otherwise: App) -> None:
        self.otherwise = otherwise
        self.loop_handler = _LoopHandler()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        waits = _WAITING.fullmatch(scope["path"]) is not None
        await (self.loop_handler if waits else self.otherwise)(scope, receive, send)
