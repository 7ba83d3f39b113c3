"""D18: contacts are listed, found and taken along; what that costs doesn't grow with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conversations import contact_list, search
from conversations.models import Contact
from tenants import paging
from tenants.database import close_connections
from tenants.models import AuditEntry
from tests.conversations.contacts import names_on, write
from tests.factories import make_contact, make_conversation
from tests.reading import words_of
from tests.world import Company, World, bearer, signed_in


@pytest.fixture
def people(acme: Company, globex: Company) -> Company:
    """Acme knows Vera, who has just written, and three who were seen at different times; Globex one like them."""
    now = timezone.now()
    for hours, name in ((3, "Nadia Ferrer"), (1, "Tomasz Wiśniewski"), (2, "")):
        seen = {"last_seen_at": now - timedelta(hours=hours), "qualified": name.startswith("Nadia")}
        make_contact(acme.tenant, name=name, email="" if not name else f"{name[0]}@x.example", phone="+44 55", **seen)
    make_contact(globex.tenant, name="Nadia of Globex")
    return acme


def test_d18_who_was_seen_last_comes_first(people: Company) -> None:
    client = signed_in(people.manager)
    assert names_on(client, "/contacts") == ["Tomasz Wiśniewski", "+44 55", "Nadia Ferrer", "Vera Visitor"]
    assert names_on(client, "/contacts", order="newest")[0] == "+44 55"
    assert names_on(client, "/contacts", only="qualified") == ["Nadia Ferrer"]
    assert "+44 55" not in names_on(client, "/contacts", only="email")
    assert names_on(client, "/contacts", only="nonsense", order="sideways", page="x") == names_on(client, "/contacts")


@pytest.mark.parametrize("words", ["nad", "FERRER", "n@x.ex", "  Nadia   Ferrer "])
def test_d18_contacts_are_found_by_any_of_their_letters(people: Company, words: str) -> None:
    assert names_on(signed_in(people.manager), "/contacts", q=words) == ["Nadia Ferrer"]


def test_d18_nobody_found_says_so_and_nobody_at_all_says_what_comes(people: Company, globex: Company) -> None:
    assert "Nobody fits" in words_of(signed_in(people.manager).get("/contacts?q=xylophonist"))
    Contact.objects.for_tenant(globex.tenant).delete()
    assert "No contacts yet" in words_of(signed_in(globex.manager).get("/contacts"))


def test_d18_a_script_gets_the_rows_alone(people: Company) -> None:
    rows = signed_in(people.manager).get("/contacts?q=nadia", headers={"HX-Target": "contact-rows"})
    assert b"<html" not in rows.content
    assert "Nadia Ferrer" in words_of(rows)


def test_d18_agents_have_no_contacts_page_and_no_link_to_it(acme: Company) -> None:
    agent = signed_in(acme.agent)
    for path in ("", "/new", "/export.csv", f"/{acme.conversation.contact_id}"):
        assert agent.get(f"/contacts{path}").status_code == 403
    assert b'href="/contacts' not in agent.get(f"/inbox/{acme.conversation.pk}").content
    page = signed_in(acme.manager).get(f"/inbox/{acme.conversation.pk}").content.decode()
    assert f'href="/contacts/{acme.conversation.contact_id}"' in page
    assert 'href="/contacts"' in page


def test_d18_a_visitor_who_writes_is_seen_and_not_with_each_word(acme: Company) -> None:
    first = write(acme, "s1", email="v@x.example").contact
    assert first
    assert first.last_seen_at
    with CaptureQueriesContext(connection) as queries:
        write(acme, "s1", email="v@x.example")
    assert not [query for query in queries if query["sql"].strip().startswith("UPDATE conversations_contact")]
    Contact.objects.update(last_seen_at=timezone.now() - timedelta(hours=1))
    write(acme, "s1")
    first.refresh_from_db()
    assert first.last_seen_at > timezone.now() - timedelta(minutes=1)


# --- What it costs ----------------------------------------------------------------------------------------------------
def queries_of(company: Company, url: str) -> int:
    client = signed_in(company.manager)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


COSTS = {"/contacts": 8, "/contacts?q=contact": 12}


@pytest.mark.parametrize("url", COSTS)
def test_d18_the_list_costs_the_same_with_few_and_many(acme: Company, url: str) -> None:
    costs = []
    for number in (3, 60):
        for one in range(number):
            make_contact(acme.tenant, name=f"Contact {one}")
        costs.append(queries_of(acme, url))
    assert costs == [COSTS[url]] * 2


def test_f05_pages_of_contacts_end_somewhere_and_say_so(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "AHEAD", 60)
    monkeypatch.setattr(paging, "REACH", 110)
    for number in range(120):
        make_contact(acme.tenant, name=f"Contact {number:03}")
    client = signed_in(acme.manager)
    assert "1–50 of 60+" in words_of(client.get("/contacts?order=newest"))
    seen = [name for page in "123" for name in names_on(client, "/contacts", order="newest", page=page)]
    assert seen == [f"Contact {number:03}" for number in range(119, 9, -1)]


def test_f05_what_very_many_are_called_is_looked_for_among_those_seen_last(
    people: Company, globex: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "few_called", lambda *_: None)
    now = timezone.now()
    for number in range(60):
        make_contact(people.tenant, name=f"Nadia {number:02}", last_seen_at=now + timedelta(minutes=number))
    monkeypatch.setattr(contact_list, "LATEST", (20, 40))
    client = signed_in(people.manager)
    assert names_on(client, "/contacts", q="nadia") == [f"Nadia {number:02}" for number in range(59, 9, -1)]
    assert "1–50 of 60+" in words_of(client.get("/contacts?q=nadia"))
    assert names_on(client, "/contacts", q="nadia", page="2")[-1] == "Nadia Ferrer"  # further than the latest lead
    assert "Nadia of Globex" not in words_of(client.get("/contacts?q=nadia&page=2"))


def test_f05_the_list_walks_an_index(acme: Company) -> None:
    now = timezone.now()
    Contact.objects.bulk_create(
        Contact(tenant=acme.tenant, name=f"C {n}", last_seen_at=now - timedelta(seconds=n), qualified=n % 300 == 0)
        for n in range(6_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE conversations_contact")
    for only, index in (("", "contact_last_seen"), ("qualified", "contact_lead")):
        rows = contact_list.find(acme.tenant.pk, contact_list.Filters(only=only))
        assert f"using {index}" in rows[:50].explain(), only
        assert "Sort" not in rows[:50].explain(), only


# --- As a file, and by the API ----------------------------------------------------------------------------------------
async def _download(company: Company, query: str) -> str:
    client = AsyncClient()
    await client.aforce_login(company.manager.user)
    answer = await client.get(f"/contacts/export.csv{query}")
    return b"".join([part async for part in answer]).decode("utf-8-sig")


@pytest.mark.django_db(transaction=True)
def test_d18_the_list_is_taken_along_as_a_file_that_harms_nobody(world: World) -> None:
    make_contact(world.acme.tenant, name="=1+1", email="sum@x.example")
    text = async_to_sync(_download)(world.acme, "")
    assert text.startswith("id,name,email,phone,company,qualified,created_at,last_seen_at\r\n")
    assert ",'=1+1,sum@x.example," in text
    assert text.count("\r\n") == 3
    assert async_to_sync(_download)(world.acme, "?q=sum@").count("\r\n") == 2
    assert [entry.details for entry in AuditEntry.objects.order_by("id")] == [{"filters": []}, {"filters": ["words"]}]
    close_connections()


def api(company: Company, query: str = "") -> Any:
    return signed_in(company.manager).get(f"/api/contacts{query}", headers=bearer(company.manager)).json()


def test_d18_the_api_lists_and_finds_contacts(people: Company) -> None:
    everybody = api(people)
    assert (everybody["total"], everybody["limit"], everybody["offset"]) == (4, 50, 0)
    assert [one["name"] for one in everybody["contacts"]][:3] == ["Tomasz Wiśniewski", "", "Nadia Ferrer"]
    assert set(everybody["contacts"][0]) == {
        "id", "name", "email", "phone", "company", "qualified", "created_at", "last_seen_at",
    }  # fmt: skip
    assert [one["name"] for one in api(people, "?q=nadia&qualified=true")["contacts"]] == ["Nadia Ferrer"]
    part = api(people, "?limit=1&offset=2")
    assert ([one["name"] for one in part["contacts"]], part["total"]) == (["Nadia Ferrer"], 4)
    refused = api(people, "?limit=0&qualified=perhaps")["error"]
    assert (refused["code"], set(refused["fields"])) == ("invalid_request", {"limit", "qualified"})


def test_d18_agents_get_no_contacts_from_the_api(acme: Company) -> None:
    for path in ("", f"/{make_conversation(acme.tenant).contact_id}"):
        answer = signed_in(acme.agent).get(f"/api/contacts{path}", headers=bearer(acme.agent))
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden")
