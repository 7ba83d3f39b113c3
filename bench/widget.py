"""F6: what the widget costs a host page: bytes on the wire, and how long it keeps the page from doing anything else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Browser, Page, Request, sync_playwright

from autochat.static_build import collect_static
from tests import chromium
from tests.browser.shop import snippet_of
from tests.doubles.openai_behaviours import Behaviour
from tests.doubles.openai_server import OpenAIDouble
from tests.host_page import HostPage
from tests.servers import Web
from tests.visitor import connect_model
from tests.world import make_world

ROUNDS = 5
LONG_MS = 50.0
TRACED = ["__metadata", "blink.user_timing", "disabled-by-default-devtools.timeline"]
VISITOR = f"<script>{(Path(__file__).parent / 'visitor.js').read_text()}</script>"
SECTION = """## Lamp {0}

The **blue** lamp is *hand-made*: see [its page](https://shop.example/lamps/{0}) or `lamp-{0}`. It burns for {0} hours.

- one of brass, one of glass
- delivered within three days
  1. by bike in town
  2. by train elsewhere

```
lamp --number {0} --colour blue
```

"""
ANSWER = "".join(SECTION.format(number) for number in range(1, 26))
"""Far longer than what models say in a chat, with all the Markdown that the widget knows."""

STREAMED = Behaviour(pieces=tuple(ANSWER[at : at + 12] for at in range(0, len(ANSWER), 12)), pause=0.005)
Tasks = dict[str, list[tuple[float, float]]]
"""Of each act: how long each task kept the main thread, and how much of that it computed; milliseconds."""


def f6() -> dict[str, Any]:
    """Bytes of the scripts as they are served; tasks of the page's main thread over some rounds.

    On a busy machine a task also waits for a processor, so what it computes itself is told too.
    """
    with _shop() as (shop, double), _browser() as browser:  # in this order: Playwright brings an event loop
        rounds = [_round(browser, shop, double) for _ in range(ROUNDS)]
    sizes = rounds[0][1]
    acts = {act: [task for tasks, _ in rounds for task in tasks[act]] for act in rounds[0][0]}
    floor = acts.pop("floor")
    tasks = [task for act in acts.values() for task in act]
    return {
        "rounds": ROUNDS,
        "launcher_bytes": sum(size for path, size in sizes.items() if "panel" not in path),
        "panel_bytes": sum(size for path, size in sizes.items() if "panel" in path),
        "tasks": len(tasks),
        "long": sum(lasted > LONG_MS for lasted, _ in tasks),
        "longest_ms": max(lasted for lasted, _ in tasks),
        "most_cpu_ms": max(computed for _, computed in tasks),
        "floor_long": sum(lasted > LONG_MS for lasted, _ in floor),
        "floor_longest_ms": max(lasted for lasted, _ in floor),
        "floor_most_cpu_ms": max(computed for _, computed in floor),
        "longest_by_act": {
            act: [max(lasted for lasted, _ in of), max(cpu for _, cpu in of)] for act, of in acts.items()
        },
    }


def _round(browser: Browser, shop: HostPage, double: OpenAIDouble) -> tuple[Tasks, dict[str, int]]:
    """Somebody new comes, asks twice and comes back; then the page without the widget. Gives tasks, scripts' sizes."""
    double.script(Behaviour(text="Hello to you."), STREAMED)
    bare = HostPage(VISITOR)
    with browser.new_context() as context:
        page = context.new_page()
        scripts: list[Request] = []
        page.on("requestfinished", lambda request: request.resource_type == "script" and scripts.append(request))
        tasks = _visit(browser, page, f"{shop.origin}/#first")
        sizes = {urlsplit(script.url).path: script.sizes()["responseBodySize"] for script in scripts}
        tasks |= _visit(browser, page, f"{shop.origin}/?#again") | _visit(browser, page, f"{bare.origin}/#bare")
    bare.close()
    return tasks, sizes


def _visit(browser: Browser, page: Page, url: str) -> Tasks:
    browser.start_tracing(page=page, categories=TRACED)
    with page.expect_console_message(timeout=120_000) as said:
        page.goto(url)
    trace = json.loads(browser.stop_tracing())["traceEvents"]
    if said.value.text != "visited":
        raise RuntimeError(f"The visit did not end well: {said.value.text}")
    return _tasks(trace)


def _tasks(trace: list[dict[str, Any]]) -> Tasks:
    """How long each task of each act took. The first act has all since the page was asked for."""
    marks = {e["name"]: e for e in trace if e["name"].startswith(("begin:", "end:"))}
    ends = [(mark["ts"], name.removeprefix("end:")) for name, mark in marks.items() if name.startswith("end:")]
    thread = next((mark["pid"], mark["tid"]) for mark in marks.values())
    tasks: Tasks = {act: [] for _, act in ends}
    for event in trace:
        if event["name"] == "RunTask" and (event["pid"], event["tid"]) == thread:
            act = next((act for end, act in sorted(ends) if event["ts"] < end), None)
            if act is not None:
                tasks[act].append((event["dur"] / 1000, event["tdur"] / 1000))
    return tasks


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.chromium(), args=chromium.OPTIONS)
        yield browser
        browser.close()


@contextmanager
def _shop() -> Iterator[tuple[HostPage, OpenAIDouble]]:
    """Acme's site with the widget on it, whose assistant speaks through the double."""
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": "autochat.staticfiles.HashedFiles"}}
    with override_settings(STORAGES=storages):
        collect_static()
    acme, double, web = make_world().acme, OpenAIDouble().start(), Web()
    connect_model(acme.assistant, double.url)
    web.start()
    shop = HostPage(snippet_of(web, acme) + VISITOR)
    try:
        yield shop, double
    finally:
        shop.close()
        web.kill()
        double.stop()
