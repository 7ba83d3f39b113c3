"""D18: two contacts become one; a person chooses what stays, and whoever writes meanwhile lands with who does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.test import Client

from conversations import contact_services
from conversations.contact_services import MergedMeanwhile, merge_contacts
from conversations.models import Contact, Conversation, Event
from tenants.models import AuditEntry
from tests.conversations.contacts import names_on, shown_to_merge, talk_with, write
from tests.factories import make_contact, make_conversation
from tests.reading import plain_of, words_of
from tests.world import Company, World, signed_in


@pytest.fixture
def client(acme: Company) -> Client:
    return signed_in(acme.manager)


@pytest.fixture
def two(acme: Company) -> tuple[Contact, Contact]:
    """Nadia, and Nadia once more with another address."""
    nadia, _ = talk_with(acme, 1, name="Nadia", email="nadia@x.example", phone="+34 600 10 20 30")
    double, _ = talk_with(acme, 2, name="N. Ferrer", email="office@x.example", company="Ferrer Ltd")
    return nadia, double


def url(contact: Contact, more: str = "/merge") -> str:
    return f"/contacts/{contact.pk}{more}"


def side_by_side(client: Client, kept: Contact, other: Contact) -> Any:
    return client.get(url(kept), {"with": str(other.pk)})


def press(client: Client, kept: Contact, other: Contact, **chosen: str) -> Any:
    return client.post(url(kept), shown_to_merge(side_by_side(client, kept, other)) | chosen)


def whose(contact: Contact) -> int:
    return Conversation.objects.filter(contact=contact).count()


def test_d18_one_chooses_among_the_others(acme: Company, client: Client, two: tuple[Contact, Contact]) -> None:
    nadia, double = two
    assert names_on(client, url(nadia)) == ["N. Ferrer", "Vera Visitor"]
    assert names_on(client, url(nadia), q="ferrer") == ["N. Ferrer"]
    assert f'href="?with={double.pk}"' in plain_of(client.get(url(nadia)))


def test_d18_both_are_seen_side_by_side_with_what_is_known_chosen(client: Client, two: tuple[Contact, Contact]) -> None:
    page = side_by_side(client, *two)
    chosen = {name: shown_to_merge(page)[name] for name in ("name", "email", "phone", "company")}
    assert chosen == {"name": "kept", "email": "kept", "phone": "kept", "company": "other"}
    assert "2, which come along" in words_of(page)
    assert "N. Ferrer is merged into Nadia, with 2 conversations." in plain_of(page)
    assert "This can’t be undone." in plain_of(page)


def test_d18_what_was_chosen_stays_and_both_addresses_lead_there(
    acme: Company, client: Client, two: tuple[Contact, Contact]
) -> None:
    nadia, double = two
    assert press(client, nadia, double, email="other")["Location"] == url(nadia, "")
    nadia.refresh_from_db()
    assert (nadia.name, nadia.email, nadia.phone, nadia.company) == (
        "Nadia", "office@x.example", "+34 600 10 20 30", "Ferrer Ltd",
    )  # fmt: skip
    assert whose(nadia) == 3
    for session, email in (("s1", "NADIA@x.example"), ("s2", "office@x.example")):
        assert write(acme, session, email=email, name="Someone").contact == nadia
    assert "nadia@x.example" in words_of(client.get(url(nadia, "")))
    assert client.get(url(double, ""))["Location"] == url(nadia, "")
    assert names_on(client, "/contacts", q="nadia@x") == ["Nadia"]
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.target_id) == ("contact.merged", str(nadia.pk))
    assert entry.details == {"merged_contact": str(double.pk), "conversations": 2, "taken": ["company", "email"]}


def test_d18_other_dashboards_see_it_at_once(acme: Company, two: tuple[Contact, Contact]) -> None:
    merge_contacts(*two, take=["company"])
    seen = {event.data["contact_data"]["company"] for event in Event.objects.filter(type="conversation:updated")}
    assert (seen, Event.objects.count()) == ({"Ferrer Ltd"}, 3)


def test_d18_who_presses_twice_has_merged_once(client: Client, two: tuple[Contact, Contact]) -> None:
    form = shown_to_merge(side_by_side(client, *two))
    answers = [client.post(url(two[0]), form) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [url(two[0], "")] * 2
    assert AuditEntry.objects.count() == 1
    back = merge_contacts(two[1], two[0])  # the other way round, by somebody whose page is old
    assert back == two[0]
    assert AuditEntry.objects.count() == 1


def test_d18_what_was_changed_since_it_was_shown_is_looked_at_again(
    client: Client, two: tuple[Contact, Contact]
) -> None:
    form = shown_to_merge(side_by_side(client, *two)) | {"name": "other"}
    contact_services.change_contact(two[1], name="Nadia Ferrer-Sanz")
    refused = client.post(url(two[0]), form)
    assert refused.status_code == 409
    assert "One of the two was changed meanwhile." in words_of(refused)
    assert "Nadia Ferrer-Sanz" in words_of(refused)
    again = shown_to_merge(refused)
    assert again["name"] == "other"
    assert client.post(url(two[0]), again).status_code == 302
    assert Contact.objects.get(pk=two[0].pk).name == "Nadia Ferrer-Sanz"


def test_d18_nothing_chosen_is_asked_for(client: Client, two: tuple[Contact, Contact]) -> None:
    answer = client.post(url(two[0]), {"with": str(two[1].pk), "name": "both"})
    assert answer.status_code == 422
    assert "Choose one of the two." in words_of(answer)
    assert whose(two[1]) == 2


def test_d18_who_was_merged_leads_on_to_who_stays(acme: Company, client: Client, two: tuple[Contact, Contact]) -> None:
    nadia, double = two
    third = make_contact(acme.tenant, name="Third", email="third@x.example")
    merge_contacts(nadia, double)
    assert side_by_side(client, third, double)["Location"] == f"{url(third)}?with={nadia.pk}"
    assert side_by_side(client, nadia, double)["Location"] == url(nadia, "")
    with pytest.raises(MergedMeanwhile):
        merge_contacts(third, double)
    merge_contacts(third, nadia)
    for session, email in (("s1", "office@x.example"), ("s2", "nadia@x.example")):
        assert write(acme, session, email=email, phone="+1 555 01 00").contact == third
    assert Contact.objects.current().filter(phone="+1 555 01 00").get() == third
    assert client.get(url(double, ""))["Location"] == url(third, "")


def test_d18_nobody_is_merged_with_who_isnt_there(acme: Company, globex: Company, client: Client) -> None:
    mine, theirs = make_contact(acme.tenant), make_contact(globex.tenant)
    for other in (theirs.pk, "nonsense"):
        assert client.get(url(mine), {"with": str(other)}).status_code == 404
        assert client.post(url(mine), {"with": str(other)}).status_code == 404
    assert client.get(url(theirs)).status_code == 404


def test_d18_another_address_becomes_the_first_and_the_first_another(
    acme: Company, client: Client, two: tuple[Contact, Contact]
) -> None:
    nadia, _ = two
    merge_contacts(*two)
    contact_services.change_contact(nadia, email="office@x.example")
    assert "nadia@x.example" in words_of(client.get(url(nadia, "")))
    for session, email in (("s1", "office@x.example"), ("s2", "nadia@x.example")):
        assert write(acme, session, email=email).contact == nadia


def test_d18_another_address_is_let_go(acme: Company, client: Client, two: tuple[Contact, Contact]) -> None:
    nadia, double = two
    merge_contacts(nadia, double)
    assert client.post(url(nadia, f"/addresses/{double.pk}/release")).status_code == 302
    somebody = write(acme, "s1", email="office@x.example").contact
    assert somebody
    assert somebody not in two


def test_d18_a_deleted_contact_takes_its_other_addresses_along(
    acme: Company, client: Client, two: tuple[Contact, Contact]
) -> None:
    merge_contacts(*two)
    client.post(url(two[0], "/removal"))
    assert not Contact.objects.filter(pk__in=[one.pk for one in two]).exists()
    assert Conversation.objects.filter(contact=None).count() == 3


# --- At the same time -------------------------------------------------------------------------------------------------
def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each came to, begun together: its result, or what it raised."""
    results: list[Any] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(place: int, work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[place] = work()
        except Exception as problem:  # noqa: BLE001  (looked at by the test)
            results[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    return results


def problems(results: list[Any]) -> list[Exception]:
    return [one for one in results if isinstance(one, Exception)]


@pytest.mark.django_db(transaction=True)
def test_d18_two_merges_at_once_leave_one_contact(world: World) -> None:
    for _ in range(5):
        first, _talks = talk_with(world.acme, 2)
        second, _talks = talk_with(world.acme, 2)
        results = at_once(
            lambda a=first, b=second: merge_contacts(a, b), lambda a=first, b=second: merge_contacts(b, a)
        )
        assert problems(results) == []
        (stays,) = Contact.objects.current().filter(pk__in=[first.pk, second.pk])
        assert set(results) == {stays}
        assert whose(stays) == 4


@pytest.mark.django_db(transaction=True)
def test_d18_who_writes_while_they_are_merged_lands_with_the_one_that_stays(world: World) -> None:
    acme = world.acme
    for number in range(6):
        kept, old = talk_with(acme, 1, email=f"a{number}@x.example")
        gone, older = talk_with(acme, 1, email=f"b{number}@x.example")

        def come_anew(email: str, session: str) -> Conversation:
            return write(acme, session, email=email, phone="+44 20 7946 0018")

        def go_on(conversation: Conversation, email: str) -> Conversation:
            return write(acme, conversation.session, email=email, name="Vera", phone="+44 20 7946 0019")

        results = at_once(
            lambda kept=kept, gone=gone: merge_contacts(kept, gone, take=["name"]),
            lambda email=gone.email, session=f"new-{number}": come_anew(email, session),
            lambda email=kept.email, session=f"again-{number}": come_anew(email, session),
            lambda talk=older[0], email=gone.email: go_on(talk, email),
            lambda talk=old[0], email=kept.email: go_on(talk, email),
        )
        assert [one for one in problems(results) if not isinstance(one, contact_services.Busy)] == []
        merge_contacts(kept, gone)  # where they wrote too much for it
        assert whose(kept) == 4
        assert Contact.objects.filter(email__in=[kept.email, gone.email]).count() == 2
        assert write(acme, f"late-{number}", email=gone.email).contact == kept


@pytest.mark.django_db(transaction=True)
def test_d18_a_person_and_two_visitors_write_at_once_and_the_person_is_right(world: World) -> None:
    acme = world.acme
    for number in range(6):
        contact, (first, second) = talk_with(acme, 2, email=f"c{number}@x.example")
        results = at_once(
            lambda contact=contact: contact_services.change_contact(contact, phone="+44 20 7946 0000", name="Person"),
            lambda talk=first, email=contact.email: write(acme, talk.session, email=email, phone="+1 555 01 00"),
            lambda talk=second, email=contact.email: write(acme, talk.session, email=email, phone="+1 555 01 99"),
        )
        assert problems(results) == []
        contact.refresh_from_db()
        assert (contact.name, contact.phone) == ("Person", "+44 20 7946 0000")


@pytest.mark.django_db(transaction=True)
def test_d18_who_writes_while_they_are_deleted_is_somebody_new(world: World) -> None:
    acme = world.acme
    for number in range(5):
        contact, (talk,) = talk_with(acme, 1, email=f"d{number}@x.example")
        merge_contacts(contact, make_contact(acme.tenant, email=f"e{number}@x.example"))
        results = at_once(
            lambda contact=contact: contact_services.delete_contact(contact),
            lambda email=contact.email, session=f"n-{number}": write(acme, session, email=email),
            lambda email=f"e{number}@x.example", session=f"m-{number}": write(acme, session, email=email),
            lambda talk=talk, email=contact.email: write(acme, talk.session, email=email, phone="+1 555 01 00"),
        )
        assert [one for one in problems(results) if not isinstance(one, contact_services.Busy)] == []
        if not isinstance(results[0], Exception):
            assert not Contact.objects.filter(pk=contact.pk).exists()
        assert not Conversation.objects.filter(contact__merged_into__isnull=False).exists()


def test_d18_a_conversation_that_made_a_lead_does_so_for_who_stays(acme: Company) -> None:
    kept, other = make_contact(acme.tenant), make_contact(acme.tenant, qualified=True)
    make_conversation(acme.tenant, contact=other, qualified=True)
    assert merge_contacts(kept, other).qualified
