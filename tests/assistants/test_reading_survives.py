"""A worker that is killed while it reads: another one goes on, and nothing is lost or read into the knowledge twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import psutil
import pytest
from django.db import connection, transaction
from django.utils import timezone

from assistants import knowledge
from assistants.models import KnowledgeChunk, KnowledgeSource
from assistants.reading_tasks import read_waiting_sources
from tenants.models import Tenant
from tests.assistants.reading import pages_of
from tests.doubles.site import Answer, Site, page
from tests.servers import Running, Worker, ring
from tests.waiting import wait_until
from tests.world import Company

pytestmark = pytest.mark.django_db(transaction=True)
CLAUSES = [f"Clause {number}: we answer for {number} years, whatever happens." for number in range(1, 41)]


@pytest.fixture
def hold_page() -> Iterator[threading.Event]:
    """The shop's fourth page comes when this is set."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def shop(hold_page: threading.Event) -> Iterator[Site]:
    """A page that leads to six others, each about a lamp of its own."""

    def lamp(path: str) -> Answer:
        if path == "/lamp-4":
            hold_page.wait(60)
        return page(f"<h1>Lamp {path[-1]}</h1><p>It burns for {path[-1]} hours.</p>", "/")

    site = Site()
    site.pages = {f"/lamp-{number}": lamp for number in range(1, 7)}
    site.pages["/"] = page("<h1>Lamps</h1>", *site.pages)
    yield site
    site.stop()


def is_blocked() -> bool:
    """Whether somebody waits for a row that somebody else holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0


def is_alive(process: psutil.Process) -> bool:
    """Whether it still does something; nobody may have asked yet how it ended."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def known(source: KnowledgeSource) -> list[str]:
    """The passages that assistants have of a source."""
    return sorted(KnowledgeChunk.objects.filter(source=source).values_list("body", flat=True))


def test_d12_a_killed_worker_leaves_nothing_unread_and_nothing_doubled(
    start: Callable[[Running], Running], acme: Company, globex: Company, shop: Site, hold_page: threading.Event
) -> None:
    lamps = knowledge.add_address(tenant=acme.tenant, kind="site", url=shop.url)
    worker = start(Worker(CRAWL_PAUSE_SECONDS="0"))
    ring(read_waiting_sources)
    wait_until(
        lambda: "/lamp-4" in shop.asked, seconds=30, what="Acme's site is read as far as a page that doesn't come"
    )
    contract = knowledge.add_file(tenant=globex.tenant, name="contract.md", data="\n\n".join(CLAUSES).encode())
    with transaction.atomic():
        Tenant.objects.select_for_update().get(pk=globex.tenant.pk)
        ring(read_waiting_sources)
        wait_until(is_blocked, seconds=30, what="Globex's contract is just being stored")
        assert worker.process is not None
        readers = psutil.Process(worker.process.pid).children()
        worker.kill()
    read_before = {path for path, (state, _) in pages_of(lamps).items() if state == "ready"}
    assert 2 <= len(read_before) < len(shop.pages)
    assert known(contract) == []
    wait_until(lambda: not any(map(is_alive, readers)), what="the processes that read for it have ended too")

    hold_page.set()
    worker.start()
    KnowledgeSource.objects.update(lease_until=timezone.now())  # what a minute and a half would do
    ring(read_waiting_sources)
    done = KnowledgeSource.objects.filter(status=KnowledgeSource.Status.READY)
    wait_until(lambda: done.count() == 2, seconds=60, what="the next worker has read both")

    assert pages_of(lamps) == dict.fromkeys(shop.pages, ("ready", ""))
    assert [path for path in read_before if shop.asked.count(path) > 1] == []
    assert len(known(lamps)) == len(set(known(lamps))) == len(shop.pages)
    assert len(known(contract)) == len(set(known(contract)))
    assert [clause for clause in CLAUSES if clause not in "\n".join(known(contract))] == []
    for source in (lamps, contract):
        source.refresh_from_db()
        assert source.characters == sum(source.documents.values_list("characters", flat=True))
        assert (source.round, source.claim, source.tries) == (1, None, 0)
