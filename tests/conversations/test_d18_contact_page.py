"""D18: a contact is looked at and corrected; what a person wrote down stays, and nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conversations.models import Contact, Conversation
from tenants.models import AuditEntry
from tests.conversations.contacts import shown, talk_with, write
from tests.factories import make_contact, make_conversation
from tests.reading import plain_of, words_of
from tests.world import Company, bearer, signed_in
from tracking.models import Answers, EventType, Outcome, Qualification


@pytest.fixture
def nadia(acme: Company) -> Contact:
    return make_contact(acme.tenant, name="Nadia Ferrer", email="nadia@x.example", company="Ferrer Ltd")


@pytest.fixture
def client(acme: Company) -> Client:
    return signed_in(acme.manager)


def url(contact: Contact, more: str = "") -> str:
    return f"/contacts/{contact.pk}{more}"


def save(client: Client, contact: Contact, form: dict[str, str] | None = None, **typed: str) -> Any:
    """Type this into the page as it is now, or as it was opened before, and save it."""
    return client.post(url(contact), (form or shown(client.get(url(contact)))) | typed)


def now(contact: Contact) -> tuple[str, str, str, str]:
    contact.refresh_from_db()
    return contact.name, contact.email, contact.phone, contact.company


def test_d18_a_contact_is_corrected(client: Client, nadia: Contact) -> None:
    answer = save(client, nadia, name="  Nadia   Ferrer-Sanz ", email="Nadia@Y.example ", phone="+34 600 10 20 30")
    assert (answer.status_code, answer["Location"]) == (302, url(nadia))
    assert now(nadia) == ("Nadia Ferrer-Sanz", "nadia@y.example", "+34 600 10 20 30", "Ferrer Ltd")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.target_id, entry.details) == (
        "contact.changed", str(nadia.pk), {"changes": {"name": [], "email": [], "phone": []}},
    )  # fmt: skip
    assert "Nadia" not in entry.target_name


def test_d18_what_is_no_change_is_none(client: Client, nadia: Contact) -> None:
    assert save(client, nadia).status_code == 302
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"email": "nadia"}, "Write an e-mail address such as"),
        ({"phone": "call me"}, "A phone number has 5 to 20 digits."),
        (
            {"name": "", "email": "", "company": ""},
            "Write down a name, an e-mail address, a phone number or a company.",
        ),
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"name": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_d18_what_is_wrong_is_said_and_what_was_typed_stays(
    client: Client, nadia: Contact, typed: dict[str, str], words: str
) -> None:
    before = now(nadia)
    answer = save(client, nadia, **typed)
    assert answer.status_code == 422
    assert words in words_of(answer)
    assert "data-dirty" in plain_of(answer)
    assert {name: shown(answer)[name].replace("\ufffd", "\0") for name in typed} == typed
    assert now(nadia) == before


def test_d18_an_address_that_another_contact_has_leads_to_merging(
    acme: Company, client: Client, nadia: Contact
) -> None:
    other = make_contact(acme.tenant, name="N. Ferrer", email="office@x.example")
    answer = save(client, nadia, email="Office@x.example", name="Nadia F.")
    assert answer.status_code == 422
    assert "N. Ferrer has this address already." in words_of(answer)
    assert f'href="{url(nadia)}/merge?with={other.pk}"' in plain_of(answer)
    assert shown(answer)["name"] == "Nadia F."
    assert now(nadia)[1] == "nadia@x.example"


def test_d18_two_who_save_at_once_lose_nothing(client: Client, nadia: Contact, acme: Company) -> None:
    first, second = (shown(client.get(url(nadia))) for _ in range(2))
    assert save(client, nadia, first, name="Nadia F.", company="Ferrer").status_code == 302
    refused = save(signed_in(acme.owner), nadia, second, name="N. Ferrer")
    assert refused.status_code == 409
    assert "Name is “Nadia F.” now." in words_of(refused)
    assert "Company is" not in words_of(refused)
    again = shown(refused)
    assert (again["name"], again["company"]) == ("N. Ferrer", "Ferrer")
    assert save(client, nadia, again).status_code == 302
    assert now(nadia) == ("N. Ferrer", "nadia@x.example", "", "Ferrer")


def test_d18_a_page_opened_earlier_changes_only_what_was_changed_on_it(client: Client, acme: Company) -> None:
    visitor = write(acme, "s1", email="v@x.example").contact
    assert visitor
    page = shown(client.get(url(visitor)))
    write(acme, "s1", email="v@x.example", phone="+44 20 7946 0018")  # while the page is open
    assert save(client, visitor, page, name="Vera").status_code == 302
    assert now(visitor) == ("Vera", "v@x.example", "+44 20 7946 0018", "")


def test_d18_what_a_person_wrote_down_no_visitor_writes_over(client: Client, acme: Company) -> None:
    visitor = write(acme, "s1", name="Vera", email="v@x.example").contact
    assert visitor
    save(client, visitor, name="Vera Visitor", phone="+44 1")  # too short
    save(client, visitor, name="Vera Visitor", phone="+44 20 7946 0018")
    for session in ("s1", "s2"):
        write(acme, session, name="Mickey", email="v@x.example", phone="+1 555 0100")
    assert now(visitor)[:3] == ("Vera Visitor", "v@x.example", "+44 20 7946 0018")


def test_d18_a_nameless_visitor_who_says_their_address_stays_who_a_person_wrote_down(
    client: Client, acme: Company
) -> None:
    visitor = write(acme, "s1", phone="+44 20 7946 0018").contact
    assert visitor
    save(client, visitor, name="Vera of Visitor Ltd")
    assert write(acme, "s1", name="V", email="v@x.example").contact == visitor
    assert now(visitor) == ("Vera of Visitor Ltd", "v@x.example", "+44 20 7946 0018", "")


def test_d02_a_nameless_visitor_who_turns_out_to_be_known_leaves_no_double(acme: Company, nadia: Contact) -> None:
    Contact.objects.exclude(pk=nadia.pk).exclude(pk=acme.conversation.contact_id).delete()
    visitor = write(acme, "s1", phone="+34 600 10 20 30", name="Nadi").contact
    conversation = write(acme, "s1", email="NADIA@x.example", company="Other")
    assert conversation.contact == nadia
    assert now(nadia) == ("Nadia Ferrer", "nadia@x.example", "+34 600 10 20 30", "Ferrer Ltd")
    assert Contact.objects.get(pk=visitor.pk).merged_into == nadia
    assert Contact.objects.current().count() == 2


def test_d02_a_phone_number_is_picked_up_later(acme: Company) -> None:
    write(acme, "s1", email="v@x.example")
    visitor = write(acme, "s1", phone="+44 20 7946 0018").contact
    assert visitor
    assert visitor.phone == "+44 20 7946 0018"
    write(acme, "s1", email="somebody@else.example", company="Else Ltd")
    assert now(visitor) == ("", "v@x.example", "+44 20 7946 0018", "")


def test_d18_the_page_shows_what_there_was_and_what_it_led_to(acme: Company, client: Client, nadia: Contact) -> None:
    Qualification.objects.create(
        tenant=acme.tenant,
        fields=[{"key": "budget", "label": "Budget", "type": "number", "required": False, "choices": []}],
    )
    old, new = (make_conversation(acme.tenant, contact=nadia, said=said) for said in ("About tables", "About chairs"))
    for conversation, budget in ((old, 100), (new, 2000)):
        Answers.objects.create(
            tenant=acme.tenant, conversation=conversation, values={"budget": budget}, sources={"budget": "agent"}
        )
    Outcome.objects.create(
        tenant=acme.tenant, conversation=old, type=EventType.QUOTE_REQUESTED, source="agent", detail={},
        occurred_at=old.started_at, emit_browser=False,
    )  # fmt: skip
    page = client.get(url(nadia))
    words = words_of(page)
    assert words.index("About chairs") < words.index("About tables") < words.index("Quote requested")
    assert "Budget 2000" in words
    assert f'href="/inbox/{old.pk}"' in plain_of(page)


def test_d18_a_contacts_page_costs_the_same_with_few_and_many_conversations(acme: Company, client: Client) -> None:
    contact, _ = talk_with(acme, 3)
    costs = []
    for more in (0, 40):
        for _ in range(more):
            make_conversation(acme.tenant, contact=contact)
        client.get(url(contact))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(contact)).status_code == 200
        costs.append(len(queries))
    assert costs == [12, 12]


def test_d18_somebody_is_added_by_hand(acme: Company, client: Client) -> None:
    answer = client.post("/contacts/new", {"name": "Grace", "email": "Grace@x.example", "phone": "", "company": ""})
    grace = Contact.objects.get(name="Grace")
    assert answer["Location"] == url(grace)
    assert write(acme, "s1", email="grace@x.example").contact == grace
    refused = client.post("/contacts/new", {"name": "Other", "email": "grace@x.example"})
    assert refused.status_code == 422
    assert f'href="{url(grace)}"' in plain_of(refused)
    assert client.post("/contacts/new", {}).status_code == 422
    assert Contact.objects.filter(name="Other").count() == 0


def test_d18_a_deleted_contact_leaves_its_conversations(acme: Company, client: Client) -> None:
    contact, (first, second) = talk_with(acme, 2, name="Nadia", email="nadia@x.example")
    assert "2 conversations stay" in words_of(client.post(url(contact, "/removal"), follow=True))
    assert not Contact.objects.filter(pk=contact.pk).exists()
    for conversation in (first, second):
        kept = Conversation.objects.get(pk=conversation.pk)
        assert (kept.contact, kept.messages.count()) == (None, 1)
    assert client.get(url(contact)).status_code == client.post(url(contact, "/removal")).status_code == 404
    again = write(acme, first.session, email="nadia@x.example")
    assert again.pk == first.pk
    assert again.contact
    assert again.contact.pk != contact.pk


# --- By the API -------------------------------------------------------------------------------------------------------
def call(company: Company, method: str, path: str, data: object = None, **headers: str) -> Any:
    send = getattr(Client(raise_request_exception=False), method)
    return send(
        f"/api/contacts{path}", data, content_type="application/json", headers=bearer(company.manager) | headers
    )


def test_d18_the_api_adds_shows_changes_and_deletes(acme: Company) -> None:
    made = call(acme, "post", "", {"name": " Grace ", "email": "Grace@X.example", "qualified": True})
    assert made.status_code == 201
    path = f"/{made.json()['id']}"
    assert made.json() == call(acme, "get", path).json()
    assert (made.json()["name"], made.json()["email"], made.json()["qualified"]) == ("Grace", "grace@x.example", False)
    assert call(acme, "patch", path, {"phone": "+44 20 7946 0018"}).json()["phone"] == "+44 20 7946 0018"
    assert call(acme, "patch", path, {}).status_code == 200
    assert call(acme, "delete", path).status_code == 204
    assert call(acme, "get", path).status_code == 404


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"email": "x"}, "email"),
        ({"phone": "?"}, "phone"),
        ({"name": ["x"]}, "name"),
        ({"name": "", "email": "", "company": ""}, "non_field_errors"),
        ({"email": "office@x.example"}, "email"),
        ({"name": None}, "name"),
        ([], "non_field_errors"),
    ],
)
def test_d18_the_api_says_what_is_wrong_and_changes_nothing(
    acme: Company, nadia: Contact, data: object, field: str
) -> None:
    make_contact(acme.tenant, email="office@x.example")
    before = now(nadia)
    refused = call(acme, "patch", f"/{nadia.pk}", data)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_request")
    assert field in refused.json()["error"]["fields"]
    assert now(nadia) == before


def test_d18_the_api_takes_a_precondition_and_needs_none(acme: Company, nadia: Contact) -> None:
    path = f"/{nadia.pk}"
    seen = call(acme, "get", path)["ETag"]
    assert call(acme, "patch", path, {"name": "N."})["ETag"] != seen
    for method in ("patch", "delete"):
        refused = call(acme, method, path, {"name": "Other"}, **{"If-Match": seen})
        assert (refused.status_code, refused.json()["error"]["code"]) == (412, "precondition_failed")
    seen = call(acme, "get", path)["ETag"]
    assert call(acme, "patch", path, {"name": "Nadia"}, **{"If-Match": seen}).json()["name"] == "Nadia"
    assert call(acme, "delete", path, **{"If-Match": "*"}).status_code == 204
