"""F8: a page of the dashboard: how long the server takes for it, and what its styles and scripts weigh on the wire.

A company with a few rows of everything; many rows are F5's matter. One server process, one request at a time.
"""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Page, Request, sync_playwright

from autochat.static_build import collect_static
from tests import chromium
from tests.browser import furniture
from tests.browser.test_pages import OWNER
from tests.servers import Web
from tests.world import make_world, signed_in

TIMES = 30
WARM_UP = 3  # the first of a page also compiles its templates
GOAL_MS = 60
COOKIE = "autochat_session"


def f8() -> dict[str, Any]:
    """Milliseconds of each page's answer, and bytes of what it makes a browser fetch; the worst stands for all."""
    with _company() as (web, cookie, paths):
        times = {name: _asked(web, cookie, path) for name, path in paths.items()}
        sizes = _weighed(web, cookie, paths)
    p95 = {name: statistics.quantiles(took, n=20, method="inclusive")[-1] for name, took in times.items()}
    slowest, heaviest = max(p95, key=p95.__getitem__), max(sizes, key=sizes.__getitem__)
    return {
        "number": len(paths),
        "slow": sum(took > GOAL_MS for took in p95.values()),
        "p95_ms": round(p95[slowest], 1),
        "slowest": slowest,
        "median_ms": round(statistics.median(statistics.median(took) for took in times.values()), 1),
        "bytes": sizes[heaviest],
        "heaviest": heaviest,
        "pages": {name: {"p95_ms": round(p95[name], 1), "bytes": sizes[name]} for name in paths},
    }


def _asked(web: Web, cookie: str, path: str) -> list[float]:
    """How long each answer took, to its last byte, over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=30)
    headers = {"Cookie": f"{COOKIE}={cookie}", "Accept-Encoding": "br"}
    took = []
    for _ in range(WARM_UP + TIMES):
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        took.append((time.perf_counter() - began) * 1000)
        if answer.status != http.client.OK:
            raise RuntimeError(f"{path} answered {answer.status}")
    connection.close()
    return took[WARM_UP:]


def _weighed(web: Web, cookie: str, paths: dict[str, str]) -> dict[str, int]:
    """Bytes of styles and scripts, as they went over the wire to a browser that had none of them."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.chromium(), args=chromium.OPTIONS)
        sizes = {}
        for name, path in paths.items():
            with browser.new_context() as context:
                context.add_cookies([{"name": COOKIE, "value": cookie, "url": web.url}])
                sizes[name] = _fetched(context.new_page(), web.url + path)
        browser.close()
    return sizes


def _fetched(page: Page, url: str) -> int:
    ours: list[Request] = []
    page.on("requestfinished", lambda request: ours.append(request))  # noqa: PLW0108  (it wraps only functions)
    page.goto(url, wait_until="load")
    return sum(
        request.sizes()["responseBodySize"]
        for request in ours
        if request.resource_type in ("stylesheet", "script") and "/static/" in urlsplit(request.url).path
    )


@contextmanager
def _company() -> Iterator[tuple[Web, str, dict[str, str]]]:
    """A server, its owner's session, and what they look at."""
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": "autochat.staticfiles.HashedFiles"}}
    with override_settings(STORAGES=storages):
        collect_static()
    acme, web = make_world().acme, Web()
    thread = furniture.furnish(acme)
    endpoint, delivery = furniture.webhooks(acme)
    own = {
        "thread": f"/inbox/{thread.pk}",
        "assistant": f"/assistants/{acme.assistant.pk}",
        "webhook": f"/settings/webhooks/{endpoint.pk}",
        "webhook-delivery": f"/settings/webhooks/deliveries/{delivery.pk}",
    }
    web.start()
    try:
        rooms = {name: path for room in OWNER.values() for name, path in room.items()}
        yield web, signed_in(acme.owner).cookies[COOKIE].value, rooms | own
    finally:
        web.kill()
