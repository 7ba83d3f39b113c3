"""What a question finds, and what it must not find."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistants import knowledge
from assistants.search import find_passages
from tests import factories
from tests.assistants.businesses import ask_about

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant():
    tenant = factories.make_tenant("Spoke & Sprocket")
    ask_about(tenant, "How much does a bike service cost?", "A basic service is £55, a full service £110.")
    ask_about(tenant, "Can I rent a bike?", "We hire out city bikes for £18 a day, helmet included.")
    ask_about(
        tenant, "Where is the workshop?", "At 12 Mill Lane, behind the railway station.", url="https://a.example/map"
    )
    ask_about(tenant, "Do you repair e-bikes?", "We repair e-bikes with Bosch motors.")
    return tenant


def best(tenant, question: str) -> str:
    passages = find_passages(tenant.pk, question)
    return passages[0].title if passages else ""


def test_d12_how_long_it_takes_is_no_question_about_taking() -> None:
    tenant = factories.make_tenant("Moss & Lantern")
    ask_about(tenant, "Do you deliver plants?", "Our bikes deliver within the city. Delivery costs 7 euros.")
    ask_about(tenant, "Which payment methods do you take?", "In cash or by card. Invoices are due within 14 days.")
    ask_about(tenant, "Do you take back old pots?", "Put clean pots in the crate beside the door, any day.")

    assert best(tenant, "How long does delivery take?") != "Which payment methods do you take?"
    assert best(tenant, "How do you take payment?") == "Which payment methods do you take?"
    assert best(tenant, "Do you take cards?") == "Which payment methods do you take?"


def test_d12_a_question_finds_its_answer_word_for_word(tenant) -> None:
    passage = find_passages(tenant.pk, "where are you located")[0]

    assert passage.text == "At 12 Mill Lane, behind the railway station."
    assert (passage.title, passage.url) == ("Where is the workshop?", "https://a.example/map")
    assert 0.48 <= passage.score <= 1


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("what do you charge for a service", "How much does a bike service cost?"),
        ("bicycle hire", "Can I rent a bike?"),
        ("RENTING BIKES", "Can I rent a bike?"),
        ("do you fix e-bikes", "Do you repair e-bikes?"),
        ("what's the adress", "Where is the workshop?"),
        ("wrokshop", "Where is the workshop?"),
        ("is there a helmett", "Can I rent a bike?"),
    ],
)
def test_d12_other_words_and_single_typos_find_it_too(tenant, question: str, title: str) -> None:
    assert best(tenant, question) == title


@pytest.mark.parametrize(
    "question", ["Do you sell wetsuits?", "Who won the match?", "hello", "", "?!", "the and of", "2"]
)
def test_b11_what_nobody_wrote_down_finds_nothing(tenant, question: str) -> None:
    assert find_passages(tenant.pk, question) == []


@pytest.mark.parametrize(
    "question",
    [
        "\x00rent\x00 a bike",
        "rent' | !bike & (",
        "rent \\ bike :* <-> '",
        "%s %(tenant)s rent bike",
        "rent a bike " * 400,
    ],
)
def test_hostile_questions_are_only_words(tenant, question: str) -> None:
    assert best(tenant, question) == "Can I rent a bike?"


def test_another_tenants_knowledge_is_never_found(tenant) -> None:
    stranger = factories.make_tenant("Globex")
    ask_about(stranger, "Can I rent a bike from Globex?", "Globex rents bikes.")

    assert best(tenant, "rent a bike from globex").startswith("Can I rent a bike?")
    assert {p.text for p in find_passages(stranger.pk, "rent a bike", at_least=0)} == {"Globex rents bikes."}
    assert find_passages(factories.make_tenant("Empty").pk, "rent a bike", at_least=0) == []


def test_one_question_is_one_query_however_much_is_known(tenant) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            find_passages(tenant.pk, "how much is a servise for my bike")
        return len(queries)

    before = count()
    for number in range(30):
        ask_about(tenant, f"Question {number}?", f"Answer {number} about bikes.")
    assert (before, count()) == (1, 1)


def test_each_source_is_read_in_its_own_language(tenant) -> None:
    ask_about(tenant, "Liefert ihr auch nach Hause?", "Ja, wir liefern ab 15 Euro.", language="german")
    ask_about(tenant, "Livrez-vous à domicile ?", "Oui, nous livrons dès 15 euros.", language="french")
    ask_about(tenant, "¿Cuánto cuesta el envío?", "El envío cuesta 5 euros.", language="spanish")

    assert best(tenant, "Was ist mit der Lieferung") == "Liefert ihr auch nach Hause?"
    assert best(tenant, "faites-vous la livraison") == "Livrez-vous à domicile ?"
    assert best(tenant, "precio del envío") == "¿Cuánto cuesta el envío?"
    assert best(tenant, "can I rent a bike") == "Can I rent a bike?"


def test_parts_of_compounds_are_found() -> None:
    tenant = factories.make_tenant("Bäckerei")
    ask_about(tenant, "Geburtstagstorten", "Bitte drei Tage vorher bestellen.", language="german")
    ask_about(tenant, "Parkplatz", "Vor der Tür.", language="german")

    assert best(tenant, "Gibt es Torten?") == "Geburtstagstorten"
    assert best(tenant, "Kundenparkplatz") == "Parkplatz"


def test_names_that_are_stop_words_elsewhere_are_found(tenant) -> None:
    ask_about(tenant, "Who is Will Being?", "Will Being is our mechanic.", language="simple")

    assert "mechanic" in find_passages(tenant.pk, "who is the mechanic")[0].text


def test_a_passage_of_a_text_names_its_heading(tenant) -> None:
    body = "# Chain\n\nOil it every fortnight.\n\n# Tyres\n\nPump them to 50 psi."
    source = knowledge.add_source(tenant=tenant, kind="text", title="Bike care", body=body, language="english")

    passage = find_passages(tenant.pk, "how do I oil the chain")[0]
    assert (passage.title, passage.text, passage.source_id) == (
        "Bike care · Chain",
        "Oil it every fortnight.",
        str(source.pk),
    )


def test_a_changed_source_is_found_by_its_new_words_only(tenant) -> None:
    source = ask_about(tenant, "Do you sell umbrellas?", "We sell umbrellas in two colours.")
    knowledge.change_source(source=source, title="Do you sell raincoats?", body="We sell raincoats.")

    assert best(tenant, "raincoats") == "Do you sell raincoats?"
    assert best(tenant, "umbrellas") == ""
    knowledge.remove_source(source=source)
    assert best(tenant, "raincoats") == ""
