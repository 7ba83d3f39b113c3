"""The visitor's door: the addresses at which many wait at once, served on the event loop alone.

Django gives each request a thread for its synchronous middleware and keeps it until the answer has gone out. A chat
turn waits a second for its provider and a stream waits for minutes, so these go past that: no middleware, no
thread, no database connection while they wait. A visitor who leaves doesn't stop the turn; its answer is stored.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import IO, Any

import orjson
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from autochat import errors
from autochat.request_id import App, Receive, Scope, Send
from widgets import call_log
from widgets.cors import add_cors
from widgets.serializers import MAX_BODY
from widgets.sse import event

_WAITING = re.compile(r"/api/widgets/(?P<tenant>[^/]+)/(?P<what>chat|chat/stop|stream)")


class _LoopHandler(ASGIHandler):
    """Django's handler less middleware, signals and the thread that serves them."""

    def load_middleware(self, is_async: bool = False) -> None:
        nothing: list[Any] = []
        self._view_middleware = self._template_response_middleware = self._exception_middleware = nothing
        self._middleware_chain = _answering_errors(self._get_response_async)  # type: ignore[attr-defined]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        set_script_prefix(get_script_prefix(scope))
        with body:
            request, refusal = self.create_request(scope, body)
            response: Any = refusal if request is None else await self.get_response_async(request)
            sending = self.send_response(response, send)  # type: ignore[arg-type]
            await (_until_left(sending, receive) if response.streaming else sending)

    async def read_body(self, receive: Receive) -> IO[bytes]:  # type: ignore[override]
        """The body in memory, as far as one byte over what is taken; the view says that it is too much."""
        body = tempfile.SpooledTemporaryFile(max_size=2 * MAX_BODY)  # noqa: SIM115  (the caller closes it)
        size = 0
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                body.close()
                raise RequestAborted
            chunk = message.get("body", b"")[: MAX_BODY + 1 - size]
            size += len(chunk)
            body.write(chunk)
            more = message.get("more_body", False)
        body.seek(0)
        return body


def _answering_errors(
    view: Callable[[HttpRequest], Awaitable[HttpResponseBase]],
) -> Callable[[HttpRequest], Awaitable[HttpResponseBase]]:
    """Every answer with CORS headers, every error in the one JSON shape."""

    async def answer(request: HttpRequest) -> HttpResponseBase:
        try:
            response = await view(request)
        except Exception as error:  # noqa: BLE001  (described, logged and answered)
            status, body, headers = errors.describe(error)
            _note(request, error, status, body)
            response = HttpResponse(orjson.dumps(body), status=status, headers=headers, content_type="application/json")
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = _ending_in_errors(request, response.streaming_content)
        else:
            response["Content-Length"] = str(len(response.content))  # type: ignore[attr-defined]
        add_cors(response, request.headers.get("Origin"))
        return response

    return answer


def _note(request: HttpRequest, error: Exception, status: int, body: dict[str, Any]) -> None:
    """Count a call that failed."""
    match = _WAITING.fullmatch(request.path_info)
    if match:
        endpoint, code = f"{request.method} {match['what']}"[:40], body["error"]["code"]
        shown, told = getattr(error, "shown", None), request.headers
        call_log.note_refusal(match["tenant"], endpoint, status=status, code=code, headers=told, shown=shown)


async def _ending_in_errors(request: HttpRequest, events: Any) -> AsyncIterator[bytes]:
    """A stream that fails says so in its last event."""
    try:
        async for chunk in events:
            yield chunk
    except Exception as error:  # noqa: BLE001  (described, logged and told)
        status, body, _ = errors.describe(error)
        _note(request, error, status, body)
        yield event("error", body)


async def _until_left(sending: Awaitable[None], receive: Receive) -> None:
    """Send until it is done or the client has gone."""
    sender = asyncio.ensure_future(sending)
    gone = asyncio.ensure_future(receive())
    try:
        await asyncio.wait([sender, gone], return_when=asyncio.FIRST_COMPLETED)
        if sender.done():
            sender.result()
    finally:
        for task in (sender, gone):
            task.cancel()
        await asyncio.gather(sender, gone, return_exceptions=True)


class VisitorDoor:
    """Sends the waiting addresses to the loop and everything else to `otherwise`."""

    def __init__(self, otherwise: App) -> None:
        self.otherwise = otherwise
        self.loop_handler = _LoopHandler()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        waits = _WAITING.fullmatch(scope["path"]) is not None
        await (self.loop_handler if waits else self.otherwise)(scope, receive, send)
