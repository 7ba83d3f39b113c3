"""Pages and sites: read politely, kept up to date, and never a private address."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from assistants import claims, documents, knowledge, reading, reading_tasks
from assistants.crawling import fetching
from assistants.crawling.addresses import normalise, pages_among
from assistants.extraction.base import Extracted
from assistants.models import KnowledgeChunk, KnowledgeDocument, KnowledgeSource
from assistants.search import find_passages
from tenants.models import Plan, Tenant
from tests import factories
from tests.assistants import files
from tests.assistants.reading import pages_of, read, visit
from tests.doubles.site import Answer, Site, Tripwire, page, redirect

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Tenant:
    return factories.make_tenant()


@pytest.fixture
def site(settings) -> Iterator[Site]:
    settings.EGRESS_ALLOWED_HOSTS = frozenset({"127.0.0.1"})
    settings.CRAWL_PAUSE_SECONDS = 0.0
    site = Site()
    yield site
    site.stop()


@pytest.fixture
def tripwire() -> Iterator[Tripwire]:
    wire = Tripwire()
    yield wire
    wire.close()


def shop(site: Site) -> None:
    """Four pages that lead to each other."""
    site.pages = {
        "/": page("<h1>Lamp shop</h1><p>We make lamps by hand.</p>", "/delivery", "/about?utm_source=x", title="Lamps"),
        "/delivery": page("<h1>Delivery</h1><p>Parcels arrive within three days.</p>", "/", "/delivery/abroad#top"),
        "/about": page("<p>Founded by Ada in a barn.</p>", "/logo.png", "mailto:a@b.example", "https://other.example/"),
        "/delivery/abroad": page("<p>To Norway it takes two weeks.</p>", "/"),
    }


def test_d12_a_page_is_read_and_its_answers_lead_there(site: Site, tenant: Tenant) -> None:
    shop(site)
    source = visit(tenant, "page", f"{site.url}/delivery")

    assert (source.status, source.title) == ("ready", "127.0.0.1/delivery")
    passage = find_passages(tenant.pk, "how long until parcels arrive")[0]
    assert "three days" in passage.text
    assert passage.url == f"{site.url}/delivery"
    assert site.asked == ["/robots.txt", "/delivery"]
    assert site.headers[0]["User-Agent"] == f"autochat/1.0 (+{settings.PUBLIC_URL}/help#crawler)"


def test_d12_a_site_is_followed_link_by_link(site: Site, tenant: Tenant) -> None:
    shop(site)
    source = visit(tenant, "site", site.url)

    assert pages_of(source) == dict.fromkeys(["/", "/delivery", "/about", "/delivery/abroad"], ("ready", ""))
    assert sorted(site.asked) == ["/", "/about", "/delivery", "/delivery/abroad", "/robots.txt"]
    assert source.characters == sum(d.characters for d in source.documents.all())
    passage = find_passages(tenant.pk, "what about Norway")[0]
    assert (passage.url, passage.title) == (f"{site.url}/delivery/abroad", source.title)


@pytest.mark.parametrize(
    ("limits", "paths"),
    [
        ({"depth": 0}, ["/"]),
        ({"depth": 1}, ["/", "/delivery", "/about"]),
        ({"most_pages": 2}, ["/", "/delivery"]),
    ],
)
def test_d12_a_site_is_read_as_far_as_wanted(site: Site, tenant: Tenant, limits: dict[str, int], paths) -> None:
    shop(site)
    assert list(pages_of(visit(tenant, "site", site.url, **limits))) == paths


def test_d12_a_sitemap_says_which_pages_there_are(site: Site, tenant: Tenant) -> None:
    shop(site)
    listed = "".join(f"<url><loc>{site.url}{path}</loc></url>" for path in ("/about", "/delivery"))
    other = "<url><loc>https://other.example/</loc></url>"
    index = f"<sitemapindex><sitemap><loc>{site.url}/one.xml.gz</loc></sitemap></sitemapindex>"
    packed = gzip.compress(f"<urlset>{listed}{other}</urlset>".encode())
    site.pages |= {
        "/robots.txt": Answer(f"Sitemap: {site.url}/index.xml".encode(), content_type="text/plain"),
        "/index.xml": Answer(index.encode(), content_type="application/xml"),
        "/one.xml.gz": Answer(packed, content_type="application/gzip"),
    }
    source = visit(tenant, "site", site.url, follow="sitemap")

    assert set(pages_of(source)) == {"/about", "/delivery"}
    site.pages["/index.xml"] = Answer(b"<html>", content_type="text/html")
    knowledge.read_again(source=source)
    read(source)
    assert source.status == "failed"
    assert "no valid XML" in source.failure
    assert set(pages_of(source)) == {"/about", "/delivery"}  # what was read before is kept


def test_d12_robots_are_told_by_robots_txt_where_not_to_go(site: Site, tenant: Tenant) -> None:
    shop(site)
    site.pages["/robots.txt"] = Answer(
        b"User-agent: *\nDisallow: /delivery\nDisallow: /*secret", content_type="text/plain"
    )
    site.pages["/about"] = page("<p>Founded by Ada in a barn.</p>", "/a-secret-page")
    site.pages["/moved"] = redirect("/delivery")
    site.pages["/"] = page("<p>We make lamps.</p>", "/delivery", "/about", "/moved")
    pages = pages_of(visit(tenant, "site", site.url))

    assert {path: state for path, (state, _) in pages.items()} == {
        "/": "ready",
        "/about": "ready",
        "/delivery": "skipped",
        "/a-secret-page": "skipped",
        "/moved": "failed",
    }
    assert "robots.txt" in pages["/delivery"][1]
    assert not {"/delivery", "/a-secret-page"} & set(site.asked)


def test_d12_where_robots_txt_fails_nothing_is_read(site: Site, tenant: Tenant) -> None:
    shop(site)
    site.pages["/robots.txt"] = Answer(status=503)
    source = visit(tenant, "site", site.url)

    assert source.status == "failed"
    assert "robots.txt" in source.failure
    assert site.asked == ["/robots.txt"]


def test_d12_a_pause_is_kept_between_requests(site: Site, tenant: Tenant, settings) -> None:
    settings.CRAWL_PAUSE_SECONDS = 0.1
    shop(site)
    visit(tenant, "site", site.url)

    pauses = [after - before for before, after in zip(site.times, site.times[1:], strict=False)]
    assert min(pauses) > 0.08


def test_d12_each_page_says_why_it_failed(site: Site, tenant: Tenant, monkeypatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 1.0)
    site.pages = {
        "/slow": Answer(b"x", drips=True),
        "/huge": Answer(b"<p>" + b"x" * (4 * 1024 * 1024)),
        "/packed": Answer(gzip.compress(b"x" * 50_000_000), headers={"Content-Encoding": "gzip"}),
        "/broken": Answer(status=500),
        "/gone": Answer(status=410),
        "/locked": Answer(status=401),
        "/circle": redirect("/circle"),
        "/away": redirect("https://other.example/page"),
        "/nowhere": redirect("javascript:alert(1)"),
        "/picture": Answer(b"\x89PNG", content_type="image/png"),
        "/binary": Answer(bytes(range(256)) * 40),
        "/scripted": Answer(b"<div id=root></div><script>render()</script>"),
        "/short": Answer(b"<p>cut", length=5000),
        "/twin": page("<p>The one text.</p>"),
        "/other-twin": page("<p>The one text.</p>"),
    }
    site.pages["/"] = page("<p>The first page.</p>", *site.pages)
    source = visit(tenant, "site", site.url)

    reasons = {path: reason for path, (state, reason) in pages_of(source).items() if state != "ready"}
    assert {
        path: words in reasons.pop(path)
        for path, words in {
            "/slow": "longer than 1 seconds",
            "/huge": "larger than 3 MB",
            "/packed": "unpacks to more than",
            "/broken": "HTTP 500",
            "/gone": "HTTP 410",
            "/locked": "password",
            "/circle": "without end",
            "/away": "another site, other.example",
            "/nowhere": "no web address",
            "/picture": "image/png",
            "/binary": "isn't text",
            "/scripted": "no text on the page",
            "/short": "broke the connection",
            "/other-twin": "says the same as",
        }.items()
    }.items() == dict.fromkeys(site.pages.keys() - {"/", "/twin"}, True).items()
    assert reasons == {}
    assert source.status == "ready"


def test_d12_charsets_are_believed_in_the_right_order(site: Site, tenant: Tenant) -> None:
    words = "<p>Größe und Öffnungszeiten für Gäste</p>"
    site.pages = {
        "/": page("<p>Start</p>", "/header", "/meta", "/lie", "/utf16"),
        "/header": Answer(words.encode("latin-1"), content_type="text/html; charset=iso-8859-1"),
        "/meta": Answer(b"<meta charset=windows-1252>" + f"{words}1".encode("cp1252"), content_type="text/html"),
        "/lie": Answer(f"{words}2".encode(), content_type="text/html; charset=iso-8859-1"),
        "/utf16": Answer(f"{words}3".encode("utf-16"), content_type="text/html"),
    }
    source = visit(tenant, "site", site.url)

    texts = list(source.documents.exclude(depth=0).values_list("text", flat=True))
    assert len(texts) == 4
    assert all(text.startswith("Größe und Öffnungszeiten für Gäste") for text in texts)


def test_d12_an_endless_site_ends_at_the_limit(site: Site, tenant: Tenant) -> None:
    site.fallback = lambda path: page(f"<p>Page {path}</p>", f"{path}/next", f"{path}?p=1")
    source = visit(tenant, "site", f"{site.url}/start", most_pages=12, depth=10)

    assert source.status == "ready"
    assert source.documents.count() == 12


def test_d12_files_on_a_site_are_read_too(site: Site, tenant: Tenant) -> None:
    site.pages = {
        "/": page("<p>Start</p>", "/prices.pdf"),
        "/prices.pdf": Answer(files.pdf("A lamp is 49 euros."), content_type="application/pdf"),
    }
    visit(tenant, "site", site.url)
    assert find_passages(tenant.pk, "what is a lamp")[0].url == f"{site.url}/prices.pdf"


@pytest.mark.parametrize("where", ["direct", "link", "redirect"])
def test_r03_no_byte_reaches_a_private_address(site: Site, tenant: Tenant, tripwire: Tripwire, where: str) -> None:
    private = f"http://{tripwire.address}/"
    site.pages["/"] = redirect(private) if where == "redirect" else page("<p>Start</p>", private)
    source = visit(tenant, "site", private if where == "direct" else site.url)

    assert not tripwire.touched()
    assert source.status == ("ready" if where == "link" else "failed")
    assert not KnowledgeDocument.objects.filter(url__contains=tripwire.address, state="ready").exists()


def test_d12_a_second_reading_keeps_what_could_not_be_read_and_forgets_what_is_gone(site: Site, tenant: Tenant) -> None:
    shop(site)
    source = visit(tenant, "site", site.url)
    site.pages["/delivery"] = Answer(status=500)
    site.pages["/about"] = page("<p>Founded by Bob in a barn.</p>")
    knowledge.read_again(source=source)
    read(source)

    assert "What it said before is kept" in pages_of(source)["/delivery"][1]
    assert find_passages(tenant.pk, "when do parcels arrive")
    assert find_passages(tenant.pk, "what about Norway")  # nothing leads there only because a page is broken
    assert "Bob" in find_passages(tenant.pk, "who founded it")[0].text

    site.pages["/delivery"] = page("<p>We deliver no more.</p>")
    site.pages["/about"] = Answer(status=404)
    knowledge.read_again(source=source)
    read(source)
    assert list(pages_of(source)) == ["/", "/delivery", "/about"]
    assert not find_passages(tenant.pk, "what about Norway")
    assert not find_passages(tenant.pk, "who founded it")


def test_d12_an_unchanged_page_keeps_its_passages(site: Site, tenant: Tenant) -> None:
    shop(site)
    source = visit(tenant, "site", site.url)
    before = set(KnowledgeChunk.objects.values_list("pk", flat=True))
    knowledge.read_again(source=source)
    read(source)
    assert set(KnowledgeChunk.objects.values_list("pk", flat=True)) == before


def test_d12_a_site_is_read_anew_when_its_time_has_come(site: Site, tenant: Tenant) -> None:
    shop(site)
    daily = visit(tenant, "page", f"{site.url}/", again="daily")
    never = visit(tenant, "page", f"{site.url}/about", again="never")
    assert timedelta(hours=23) < daily.next_read_at - timezone.now() < timedelta(hours=25)
    assert never.next_read_at is None

    assert reading_tasks.read_waiting_sources() == 0
    KnowledgeSource.objects.filter(pk=daily.pk).update(next_read_at=timezone.now())
    assert reading_tasks.read_waiting_sources() == 1
    daily.refresh_from_db()
    assert daily.status == "waiting"
    assert read(daily).round == 2
    knowledge.change_source(source=daily, again="never")
    assert (daily.next_read_at, daily.status) == (None, "ready")


def test_d12_a_full_plan_stops_a_crawl_and_says_so(site: Site, tenant: Tenant) -> None:
    shop(site)
    Plan.objects.filter(pk=tenant.plan_id).update(knowledge_characters=80)
    source = visit(tenant, "site", site.url)

    assert source.status == "ready"
    assert "Your plan holds 80 characters" in source.failure
    assert 0 < source.characters <= 80
    assert {state for state, _ in pages_of(source).values()} == {"ready", "skipped"}


def test_d12_a_dead_workers_site_is_taken_up_where_it_was_left(site: Site, tenant: Tenant, monkeypatch) -> None:
    shop(site)
    source = knowledge.add_address(tenant=tenant, kind="site", url=site.url)
    monkeypatch.setattr(reading, "TURN_SECONDS", 0.0)
    assert not reading.read(source.pk)  # a turn of no time queues the first page and gives the source back
    dead = claims.claim(source.pk)
    assert dead is not None
    assert claims.claim(source.pk) is None
    monkeypatch.undo()

    KnowledgeSource.objects.filter(pk=source.pk).update(lease_until=timezone.now())
    assert reading_tasks.read_waiting_sources() == 1
    assert read(source).status == "ready"
    assert len(pages_of(source)) == 4
    with pytest.raises(claims.ClaimLost):
        dead.renew()


def test_r03_what_kills_workers_is_given_up(tenant: Tenant) -> None:
    source = knowledge.add_file(tenant=tenant, name="a.txt", data=b"Hello")
    for _ in range(claims.TRIES_MOST):
        assert claims.claim(source.pk)
        KnowledgeSource.objects.filter(pk=source.pk).update(lease_until=timezone.now())

    assert claims.claim(source.pk) is None
    source.refresh_from_db()
    assert (source.status, source.failure) == ("failed", claims.RETAKEN)
    knowledge.read_again(source=source)
    assert read(source).status == "ready"


def test_d12_no_tenant_takes_all_workers(tenant: Tenant) -> None:
    def claimed(owner: Tenant, count: int) -> int:
        made = [knowledge.add_file(tenant=owner, name="a.txt", data=b"x") for _ in range(count)]
        return sum(claims.claim(source.pk) is not None for source in made)

    assert claimed(tenant, 5) == claims.AT_ONCE_FOR_TENANT
    others = [claimed(factories.make_tenant(f"Tenant {number}"), 2) for number in range(3)]
    assert sum(others) == claims.AT_ONCE - claims.AT_ONCE_FOR_TENANT


@pytest.mark.parametrize("act", ["change", "remove"])
def test_d12_a_source_that_is_changed_or_deleted_meanwhile_is_left_alone(tenant: Tenant, act: str) -> None:
    source = knowledge.add_file(tenant=tenant, name="a.txt", data=b"Hello")
    taken = claims.claim(source.pk)
    assert taken is not None
    document = KnowledgeDocument.objects.create(tenant=tenant, source=source, round=1)
    if act == "change":
        knowledge.change_source(source=source, title="New")
    else:
        knowledge.remove_source(source=source)

    with pytest.raises(claims.ClaimLost):
        documents.keep(taken, source, document, Extracted("Hello"))
    assert not KnowledgeChunk.objects.exists()
    assert KnowledgeSource.objects.filter(status="waiting").exists() == (act == "change")


@pytest.mark.parametrize(
    ("link", "spelled"),
    [
        ("/a b?x=1#top", "https://a.example/a%20b?x=1"),
        ("../up", "https://a.example/up"),
        ("//A.Example:443/", "https://a.example/"),
        ("?utm_source=x&id=2", "https://a.example/dir/page?id=2"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("mailto:a@b.example", ""),
        ("javascript:alert(1)", ""),
        ("https://user:pw@a.example/", ""),
        ("https://a.example:99999/", ""),
        ("https://[::1", ""),
        ("https://" + "a" * 5000, ""),
        ("/" + "x" * 1000, ""),
        ("/\x00", ""),
    ],
)
def test_d12_addresses_have_one_spelling(link: str, spelled: str) -> None:
    assert normalise(link, "https://a.example/dir/page") == spelled


def test_d12_only_pages_of_the_same_site_are_followed() -> None:
    links = ["http://www.a.example/x", "https://b.example/", "/x.JPG", "/x?y=1", "https://a.example:8443/", "/x?y=1#z"]
    assert pages_among(links, base="https://a.example/") == ["https://www.a.example/x", "https://a.example/x?y=1"]
