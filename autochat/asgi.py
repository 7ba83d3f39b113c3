"""What the server runs: pages and API, the visitor's door, the dashboard's socket."""

from __future__ import annotations

import os
from threading import Timer
from urllib.parse import ParseResult

from django.core.asgi import get_asgi_application

from autochat.request_id import App, RequestIdMiddleware

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "autochat.settings")
pages: App = get_asgi_application()  # type: ignore[assignment]

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402  (needs the apps to be loaded)
from channels.security.websocket import OriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402

from assistants.providers.registry import warm_up  # noqa: E402
from autochat.visitors import VisitorDoor  # noqa: E402
from conversations.routing import websocket_urlpatterns  # noqa: E402


class OwnPages(OriginValidator):  # type: ignore[misc]  # Channels ships no types
    """Of browsers only those on our own pages. Who sends no origin is no browser, and shows a token of their own."""

    def valid_origin(self, parsed_origin: ParseResult | None) -> bool:
        return parsed_origin is None or super().valid_origin(parsed_origin)


application = RequestIdMiddleware(
    ProtocolTypeRouter(
        {
            "http": VisitorDoor(otherwise=pages),
            "websocket": OwnPages(URLRouter(websocket_urlpatterns), settings.SOCKET_ORIGINS),
        }
    )
)

WARM_UP_SECONDS = 2.0  # the first requests come before it: a page is what people wait for
_warming = Timer(WARM_UP_SECONDS, warm_up)
_warming.daemon = True
_warming.start()
