"""What every test can ask for: the database, Redis, the product's processes, a browser."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import TransactionTestCase, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from autochat.static_build import collect_static
from tests import chromium
from tests.doubles.fixtures import openai_double, openai_server  # noqa: F401  (fixtures)
from tests.emptying import empty_tables
from tests.programs import MISSED
from tests.redis_server import RedisServer, redis_url
from tests.servers import Beat, Running, Web, Worker
from tests.waiting import PATIENCE
from tests.world import Company, World, make_world
from widgets import call_log

WORKERS_MOST = 6  # one PostgreSQL has 200 connections for all of them
FAILURES = Path(settings.BASE_DIR) / "var" / "test-failures"
_workers = pytest.StashKey[list[int]]()
TransactionTestCase._fixture_teardown = lambda self: empty_tables()  # type: ignore[method-assign]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Told to end, the tests end after the one that runs, and stop everything that they have started."""
    workers = session.config.stash.setdefault(_workers, [])

    def stop(signum: int, frame: object) -> None:
        session.shouldstop = "told to end"
        for pid in workers:
            with suppress(ProcessLookupError):
                os.kill(pid, signum)

    signal.signal(signal.SIGTERM, stop)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodeready(node: Any) -> None:
    """Tests that run beside others are told too; it is they who know how to stop what they have started."""
    node.config.stash[_workers].append(node.gateway._rinfo().pid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """How many run side by side with `-n auto`: one for each core, for much of a test is waiting for a server."""
    return max(2, min(os.cpu_count() or 1, WORKERS_MOST))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests go last: Playwright keeps an event loop of its own, beside which no async test can run.

    Side by side, too: with `--dist load` each worker takes what comes next in this order.
    """
    items.sort(key=lambda item: "browser" in item.keywords)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it where nobody can miss it when a part of the tests could not run."""
    reasons = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", [])}
    for reason in sorted(reason for reason in reasons if MISSED in reason):
        terminalreporter.write_line(reason.removeprefix("Skipped: "), red=True, bold=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Leave a picture of each page that was open when a test failed."""
    report = yield
    if report.when == "call" and report.failed:
        FAILURES.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(p for c in item.stash.get(_contexts, []) for p in c.pages):
            page.screenshot(path=FAILURES / f"{item.name.replace('/', '_')}-{number}.png")
    return report


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Limits and counters of the last test are none of the next one's business."""
    cache.clear()


@pytest.fixture(autouse=True)
def _no_calls_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failed calls are written down when a test asks for it: the thread that does it later knows no test's end."""
    monkeypatch.setattr(call_log, "_waiting", {})
    monkeypatch.setattr(call_log, "_write_later", lambda: None)


# --- The product's processes ------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def tests_redis() -> str:
    """Where the Redis is that tests and processes share."""
    return redis_url()


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A Redis of this test's own, to stop and start at will."""
    server = RedisServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def static_files() -> None:
    """The collected static files, which real servers serve."""
    with_real = {**settings.STORAGES, "staticfiles": {"BACKEND": "autochat.staticfiles.HashedFiles"}}
    with override_settings(STORAGES=with_real):
        collect_static()


@pytest.fixture
def start(static_files: None, transactional_db: None) -> Iterator[Callable[[Running], Running]]:
    """Start a process of the product: `start(Web("daphne"))`, `start(Worker())`. It ends with the test."""
    running: list[Running] = []

    def _start(process: Running) -> Running:
        running.append(process)
        process.start()
        return process

    yield _start
    for process in reversed(running):
        process.kill()


@pytest.fixture(scope="session")
def _session_web(static_files: None, django_db_setup: None) -> Iterator[Web]:
    web = Web()
    web.start()
    yield web
    web.kill()


@pytest.fixture
def web(_session_web: Web, transactional_db: None) -> Web:
    """A running uvicorn over the test database and Redis; one for all tests, each of which starts with empty tables."""
    return _session_web


@pytest.fixture
def worker(start: Callable[[Running], Running]) -> Running:
    """A Celery worker and a beat beside it."""
    start(Beat())
    return start(Worker())


# --- The browser ------------------------------------------------------------------------------------------------------
_contexts = pytest.StashKey[list[BrowserContext]]()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of the run."""
    program = chromium.chromium()
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(chromium.MISSED)
    expect.set_options(timeout=1000 * PATIENCE)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop makes Django think that we are async
        launched = playwright.chromium.launch(executable_path=program, args=chromium.OPTIONS)
        yield launched
        launched.close()


@pytest.fixture
def new_context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., BrowserContext]]:
    """Make a browser profile, as for another person: `new_context(viewport=..., color_scheme="dark")`."""
    made: list[BrowserContext] = request.node.stash.setdefault(_contexts, [])

    def _new(**options: object) -> BrowserContext:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        context.set_default_timeout(1000 * PATIENCE)
        made.append(context)
        return context

    yield _new
    for context in made:
        context.close()


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """An empty page in a fresh profile."""
    return new_context().new_page()


# --- Two companies ----------------------------------------------------------------------------------------------------
@pytest.fixture
def world(db: None) -> World:
    """Acme, Globex and the platform's staff."""
    return make_world()


@pytest.fixture
def acme(world: World) -> Company:
    """The company that most tests are about."""
    return world.acme


@pytest.fixture
def globex(world: World) -> Company:
    """The stranger."""
    return world.globex
