"""The pages and the API about what is read: files, pages and sites."""

from __future__ import annotations

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistants import knowledge
from assistants.capacity import KnowledgeFull
from assistants.models import KnowledgeDocument, KnowledgeFile, KnowledgeSource
from tenants.models import Plan
from tests import factories
from tests.assistants.reading import read, upload
from tests.reading import text_of
from tests.world import Company, bearer, signed_in


@pytest.fixture
def admin(acme: Company) -> Client:
    return signed_in(acme.admin)


def url(name: str, *args: object) -> str:
    return reverse(f"assistants:{name}", args=args)


def file(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def a_site(company: Company, title: str = "acme.example", pages: int = 3, **fields: object) -> KnowledgeSource:
    """A site as it is after it was read."""
    source = KnowledgeSource.objects.create(
        tenant=company.tenant, kind="site", title=title, url="https://acme.example/", round=1, **fields
    )
    for number in range(pages):
        KnowledgeDocument.objects.create(
            tenant=company.tenant,
            source=source,
            url=f"https://acme.example/{number}",
            round=1,
            state="failed" if number == 2 else "ready",
            reason="There is no page at this address. (HTTP 404)" if number == 2 else "",
        )
    return source


def test_d12_a_file_is_uploaded_read_and_named_after_itself(admin: Client, acme: Company) -> None:
    given = {"file": file("../../Price_list.txt", b"A lamp is 49 euros."), "title": "", "language": ""}
    response = admin.post(f"{url('knowledge_create')}?kind=file", given)

    source = KnowledgeSource.objects.get()
    assert response.url == url("knowledge_edit", source.pk)
    assert (source.title, source.status, source.tenant) == ("Price list", "waiting", acme.tenant)
    assert KnowledgeFile.objects.get().name == "Price_list.txt"
    waiting = text_of(admin.get(response.url))
    assert "Waiting" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    read(source)
    ready = text_of(admin.get(response.url, headers={"HX-Target": "reading"}))
    assert "Ready" in ready
    assert "hx-trigger" not in ready
    assert "<html" not in ready
    assert "49 euros" in text_of(admin.get(url("knowledge_found"), {"question": "how much is a lamp"}))


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("lamp.exe", b"MZ", "Only PDF, DOCX"),
        ("lamp", b"x", "Only PDF, DOCX"),
        ("lamp.pdf", b"", "empty"),
        ("lamp.pdf", b"x" * (10 * 1024 * 1024 + 1), "at most 10 MB"),
    ],
)
def test_d12_a_file_that_is_none_of_ours_is_refused_at_once(admin: Client, acme: Company, name, data, words) -> None:
    response = admin.post(f"{url('knowledge_create')}?kind=file", {"file": file(name, data)})
    assert response.status_code == 422
    assert words in text_of(response)
    answer = Client().post("/api/knowledge", {"file": file(name, data)}, headers=bearer(acme.admin))
    assert answer.status_code == 400
    assert words in answer.json()["error"]["fields"]["file"][0]
    assert not KnowledgeSource.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"url": ""}, "required"),
        ({"url": "https://10.0.0.1/"}, "private"),
        ({"url": "https://localhost/"}, "no public host name"),
        ({"url": "ftp://acme.example/"}, "https://"),
        ({"url": "http://acme.example/"}, "https://"),
        ({"url": "https://me:pw@acme.example/"}, "passwords"),
        ({"most_pages": 501}, "500"),
        ({"most_pages": 0}, "1"),
        ({"depth": 11}, "10"),
        ({"again": "hourly"}, "hourly"),
    ],
)
def test_d12_an_address_that_cannot_be_read_is_refused_beside_its_field(admin: Client, acme: Company, fields, words):
    good = {"url": "https://acme.example/", "follow": "links", "most_pages": 50, "depth": 3, "again": "daily"}
    response = admin.post(f"{url('knowledge_create')}?kind=site", good | fields)
    assert response.status_code == 422
    assert words in text_of(response)
    answer = Client().post(
        "/api/knowledge", {"kind": "site", **good, **fields}, "application/json", headers=bearer(acme.admin)
    )
    assert answer.status_code == 400
    assert set(answer.json()["error"]["fields"]) == set(fields)
    assert not KnowledgeSource.objects.exists()


def test_d12_a_site_is_added_changed_and_read_again(admin: Client, django_capture_on_commit_callbacks) -> None:
    given = {"url": "https://acme.example/", "follow": "sitemap", "most_pages": 20, "depth": 2, "again": "weekly"}
    with django_capture_on_commit_callbacks(execute=True) as rung:
        admin.post(f"{url('knowledge_create')}?kind=site", given)
    source = KnowledgeSource.objects.get()
    assert len(rung) == 1
    assert (source.title, source.follow, source.most_pages, source.status) == ("acme.example", "sitemap", 20, "waiting")

    KnowledgeSource.objects.update(status="failed", failure="The site can’t be reached.")
    page = text_of(admin.get(url("knowledge_edit", source.pk)))
    assert "The site can’t be reached." in page
    assert "Try again" in page
    admin.post(url("knowledge_reading", source.pk))
    source.refresh_from_db()
    assert (source.status, source.failure) == ("waiting", "")
    KnowledgeSource.objects.update(status="ready")
    admin.post(url("knowledge_edit", source.pk), {**given, "depth": 5, "title": "Our site"})
    source.refresh_from_db()
    assert (source.depth, source.title, source.status) == (5, "Our site", "waiting")


def test_d12_the_page_of_a_site_shows_what_failed_and_why(admin: Client, acme: Company) -> None:
    source = a_site(acme)
    page = text_of(admin.get(url("knowledge_edit", source.pk)))

    assert "(HTTP 404)" in page
    assert page.index("acme.example/2") < page.index("acme.example/0")
    assert "3 pages, of which 1 failed" in page


def test_d12_the_list_shows_how_far_reading_has_come(admin: Client, acme: Company) -> None:
    source = a_site(acme, status="reading")
    KnowledgeDocument.objects.filter(url__endswith="1").update(state="waiting")

    assert "Reading 2 of 3" in text_of(admin.get(url("knowledge")))
    fragment = text_of(admin.get(url("knowledge"), headers={"HX-Target": "sources"}))
    assert 'hx-trigger="every 2s"' in fragment
    assert "<html" not in fragment
    KnowledgeSource.objects.filter(pk=source.pk).update(status="ready")
    assert "every 2s" not in text_of(admin.get(url("knowledge")))


@pytest.mark.parametrize(("used", "words"), [(799, None), (800, "Over 80"), (900, "Over 90"), (1000, "is full")])
def test_d12_the_page_warns_before_the_plan_is_full(admin: Client, acme: Company, used: int, words: str | None) -> None:
    Plan.objects.filter(pk=acme.tenant.plan_id).update(knowledge_characters=1000)
    knowledge.add_source(tenant=acme.tenant, kind="text", title="A", body="x" * used)
    page = text_of(admin.get(url("knowledge")))

    assert f"{used:,} of 1,000 characters used" in page
    assert [w for w in ("Over 80", "Over 90", "is full") if w in page] == [w for w in [words] if w]
    if used == 1000:
        answer = admin.post(f"{url('knowledge_create')}?kind=faq", {"title": "When?", "body": "Now, as typed."})
        assert answer.status_code == 422
        assert "room for 0 more" in text_of(answer)
        assert "Now, as typed." in text_of(answer)


@pytest.mark.django_db(transaction=True)
def test_d12_of_two_who_take_the_last_room_one_is_refused() -> None:
    tenant = factories.make_tenant()
    Plan.objects.filter(pk=tenant.plan_id).update(knowledge_characters=100)
    results: list[bool] = []
    start = threading.Barrier(6)

    def add(number: int) -> None:
        start.wait()
        try:
            knowledge.add_source(tenant=tenant, kind="text", title=str(number), body="x" * 30, language="english")
            results.append(True)
        except KnowledgeFull:
            results.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, False, False, True, True, True]
    assert sum(KnowledgeSource.objects.values_list("characters", flat=True)) == 90


def test_d12_the_api_takes_files_pages_and_sites(acme: Company) -> None:
    client, headers = Client(), bearer(acme.admin)
    sent = client.post("/api/knowledge", {"file": file("lamps.csv", b"Name,Price\nLamp,49")}, headers=headers)
    assert sent.status_code == 201
    assert (sent.json()["kind"], sent.json()["status"], sent.json()["title"]) == ("file", "waiting", "lamps")
    source = read(KnowledgeSource.objects.get())
    shown = client.get(f"/api/knowledge/{source.pk}", headers=headers).json()
    assert (shown["status"], shown["characters"]) == ("ready", source.characters)

    given = {"kind": "page", "url": "https://acme.example/a?utm_source=x", "again": "daily"}
    page = client.post("/api/knowledge", given, "application/json", headers=headers).json()
    assert (page["url"], page["title"]) == ("https://acme.example/a", "acme.example/a")
    site = a_site(acme, failure="Not everything.")
    listed = client.get(f"/api/knowledge/{site.pk}/pages", headers=headers).json()
    assert (listed["total"], listed["pages"][2]["state"]) == (3, "failed")
    assert "404" in listed["pages"][2]["reason"]
    assert client.get(f"/api/knowledge/{site.pk}", headers=headers).json()["pages"] == {
        "found": 3,
        "done": 3,
        "failed": 1,
    }
    again = client.post(f"/api/knowledge/{site.pk}/reading", headers=headers)
    assert (again.status_code, again.json()["status"]) == (202, "waiting")
    assert client.delete(f"/api/knowledge/{site.pk}", headers=headers).status_code == 204
    assert not KnowledgeDocument.objects.filter(source=site.pk).exists()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"kind": "file", "title": "A"}, "file"),
        ({"kind": "page"}, "url"),
        ({"kind": "page", "url": "https://acme.example/", "body": "x"}, "body"),
        ({"kind": "text", "title": "A"}, "body"),
        ({"kind": "faq", "body": "A"}, "title"),
    ],
)
def test_d12_the_api_says_what_a_kind_needs(acme: Company, fields: dict[str, str], wrong: str) -> None:
    answer = Client().post("/api/knowledge", fields, "application/json", headers=bearer(acme.admin))
    assert answer.status_code == 400
    assert wrong in answer.json()["error"]["fields"]


def test_d12_a_source_stays_what_it_is(acme: Company) -> None:
    source = upload(acme.tenant, "a.txt", b"Hello")
    for kind in ("faq", "site"):
        answer = Client().patch(
            f"/api/knowledge/{source.pk}", {"kind": kind}, "application/json", headers=bearer(acme.admin)
        )
        assert "kind" in answer.json()["error"]["fields"]


def test_r03_a_body_too_large_is_refused_before_it_is_looked_at(acme: Company) -> None:
    answer = Client().post(
        "/api/knowledge", {"file": file("a.pdf", b"x" * (11 * 1024 * 1024))}, headers=bearer(acme.admin)
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "payload_too_large")


def test_another_tenants_files_and_sites_are_not_there(admin: Client, acme: Company, globex: Company) -> None:
    theirs = a_site(globex, title="globex.example")
    assert admin.post(url("knowledge_reading", theirs.pk)).status_code == 404
    assert admin.get(url("knowledge_edit", theirs.pk), headers={"HX-Target": "reading"}).status_code == 404
    for method, path in (("get", "pages"), ("post", "reading")):
        call = getattr(Client(), method)
        assert call(f"/api/knowledge/{theirs.pk}/{path}", headers=bearer(acme.admin)).status_code == 404
    theirs.refresh_from_db()
    assert theirs.status == "ready"


@pytest.mark.parametrize("name", ["knowledge", "knowledge_edit"])
def test_pages_ask_the_database_as_often_for_three_as_for_one(admin: Client, acme: Company, name: str) -> None:
    source = a_site(acme, pages=1)
    path = url(name, *([source.pk] if name == "knowledge_edit" else []))

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            admin.get(path)
        return len(queries)

    with_one = count()
    for number in (7, 8):
        a_site(acme, title=str(number))
        KnowledgeDocument.objects.create(tenant=acme.tenant, source=source, url=f"https://acme.example/{number}")
    assert count() == with_one
