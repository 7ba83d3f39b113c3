"""D7: conversations as a CSV file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.utils import timezone

from conversations import export
from tenants.database import close_connections
from tests.factories import make_contact, make_conversation
from tests.world import bearer, make_world, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _connections_given_back():
    yield
    close_connections()


def download(url, *, headers=None, cookies=None):
    async def fetch():
        client = AsyncClient()
        if cookies:
            client.cookies = cookies
        answer = await client.get(url, headers=headers or {})
        body = b"".join([part async for part in answer]) if answer.streaming else answer.content
        return answer, body

    return async_to_sync(fetch)()


def rows_of(body: bytes):
    return list(csv.DictReader(io.StringIO(body.decode())))


def test_d07_export_streams_every_batch(monkeypatch):
    acme = make_world().acme
    monkeypatch.setattr(export, "BATCH", 2)
    made = [acme.conversation, *(make_conversation(acme.tenant) for _ in range(4))]
    answer, body = download("/api/conversations/export.csv", headers=bearer(acme.owner))
    assert answer.status_code == 200
    assert answer.streaming
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    assert [row["id"] for row in rows_of(body)] == [str(one.pk) for one in made]


def test_d07_export_follows_filters_and_roles():
    acme = make_world().acme
    closed = make_conversation(acme.tenant, status="closed", closed_at=timezone.now())
    make_conversation(acme.tenant, status="closed", assigned_to=acme.manager.user)
    _, body = download("/api/conversations/export.csv?status=closed", headers=bearer(acme.agent))
    assert [row["id"] for row in rows_of(body)] == [str(closed.pk)]
    assert download("/api/conversations/export.csv?status=no", headers=bearer(acme.agent))[0].status_code == 400
    assert download("/api/conversations/export.csv")[0].status_code == 401


def test_d07_export_holds_nothing_of_strangers():
    world = make_world()
    _, body = download("/api/conversations/export.csv", headers=bearer(world.globex.owner))
    assert [row["id"] for row in rows_of(body)] == [str(world.globex.conversation.pk)]


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_d07_export_holds_no_formulas(name):
    acme = make_world().acme
    made = make_conversation(acme.tenant, contact=make_contact(acme.tenant, name=name))
    _, body = download("/api/conversations/export.csv", headers=bearer(acme.owner))
    row = next(row for row in rows_of(body) if row["id"] == str(made.pk))
    assert row["name"].startswith("'")


def test_d07_the_page_offers_the_same_list_for_spreadsheets():
    acme = make_world().acme
    make_conversation(acme.tenant, status="closed", closed_at=timezone.now() - timedelta(days=1))
    browser = signed_in(acme.agent)
    answer, body = download("/inbox/export.csv", cookies=browser.cookies)
    assert answer.status_code == 200
    assert body.startswith("\ufeff".encode())
    assert [row["status"] for row in rows_of(body.removeprefix("\ufeff".encode()))] == ["open"]
