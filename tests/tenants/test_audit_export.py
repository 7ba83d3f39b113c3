"""P10: the audit log as a CSV file, which is written down itself."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.utils import timezone

from tenants.audit import exporting
from tenants.database import close_connections
from tenants.models import AuditEntry, Membership, Verb
from tests.tenants.test_audit_page import EXPORT, entry
from tests.world import make_world, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _connections_given_back() -> Iterator[None]:
    yield
    close_connections()


def download(who: Membership, query: str = "") -> tuple[Any, list[dict[str, str]]]:
    """The answer, and the file row by row."""

    async def fetch() -> tuple[Any, bytes]:
        client = AsyncClient()
        client.cookies = cookies
        answer = await client.get(f"{EXPORT}{query}")
        return answer, b"".join([part async for part in answer])

    cookies = signed_in(who).cookies
    answer, body = async_to_sync(fetch)()
    text = body.decode()
    assert text.startswith("\ufeff")
    return answer, list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_p10_the_file_starts_no_formula_and_is_written_down_itself() -> None:
    acme = make_world().acme
    entry(acme.tenant, by=acme.owner, target_name='=HYPERLINK("https://evil.example")', details={"count": 3})
    answer, (row,) = download(acme.admin, "?kind=webhook&q=hyper")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="audit-log.csv"'
    assert row["target"] == '\'=HYPERLINK("https://evil.example")'
    assert (row["what"], row["details"], row["actor"]) == ("Webhook secret rotated", '{"count":3}', "Owner of Acme")
    assert re.fullmatch(r"[0-9-]{10}T[0-9:]{8}Z", row["at"])
    told = AuditEntry.objects.get(verb=Verb.AUDIT_EXPORTED)
    assert (told.actor, told.details) == (acme.admin.user, {"filters": ["q", "kind"]})


def test_p10_the_file_holds_every_entry_that_fits_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world()
    acme = world.acme
    monkeypatch.setattr(exporting, "BATCH", 2)
    now = timezone.now()
    for number in range(5):
        entry(acme.tenant, target_name=str(number), at=now - timedelta(hours=5 - number))
    entry(acme.tenant, Verb.PLAN_CHANGED)
    entry(world.globex.tenant, target_name="Globex CRM")
    _, rows = download(acme.owner, "?kind=webhook&page=2")
    assert [row["target"] for row in rows] == ["4", "3", "2", "1", "0"]


def test_p10_the_file_tells_of_the_platforms_staff_no_more_than_the_page() -> None:
    world = make_world()
    staff = {"actor": world.staff, "actor_kind": "staff", "actor_name": world.staff.name}
    entry(world.acme.tenant, **staff, actor_email=world.staff.email, ip_address="203.0.113.9")
    _, (row,) = download(world.acme.owner, "?person=staff")
    assert (row["actor"], row["actor_email"], row["ip_address"]) == ("Platform staff", "", "")
