"""The pages about what assistants know."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistants.models import KnowledgeChunk, KnowledgeSource
from tests.assistants.businesses import ask_about
from tests.reading import text_of
from tests.world import Company, signed_in


@pytest.fixture
def admin(acme: Company):
    return signed_in(acme.admin)


def url(name: str, *args: object) -> str:
    return reverse(f"assistants:{name}", args=args)


def test_d12_an_empty_knowledge_base_says_what_to_do(admin) -> None:
    assert "Nothing written down yet" in text_of(admin.get(url("knowledge")))


def test_d12_a_question_is_added_found_changed_and_deleted(admin, acme: Company) -> None:
    given = {"title": "When are you open?", "body": "From nine.", "url": "https://acme.example/hours"}
    assert admin.post(f"{url('knowledge_create')}?kind=faq", given).url == url("knowledge")

    source = KnowledgeSource.objects.get()
    assert (source.tenant, source.kind, source.language, source.characters) == (acme.tenant, "faq", "english", 10)
    assert "When are you open?" in text_of(admin.get(url("knowledge")))
    found = text_of(admin.get(url("knowledge_found"), {"question": "what time do you open"}))
    assert "From nine." in found
    assert "Answered" in found

    admin.post(url("knowledge_edit", source.pk), {**given, "body": "From ten.", "language": "english"})
    assert KnowledgeChunk.objects.get().body == "From ten."
    admin.post(url("knowledge_removal", source.pk))
    assert not KnowledgeSource.objects.exists()
    assert not KnowledgeChunk.objects.exists()


def test_d12_a_text_is_cut_at_its_headings(admin) -> None:
    admin.post(
        f"{url('knowledge_create')}?kind=text",
        {"title": "Pflege", "body": "# Kette\n\nDie Kette ist zu ölen.\n\n# Reifen\n\nDie Reifen sind aufzupumpen."},
    )

    assert KnowledgeSource.objects.get().language == "german"
    assert list(KnowledgeChunk.objects.order_by("position").values_list("heading", flat=True)) == ["Kette", "Reifen"]


def test_d12_many_questions_are_pasted_at_once(admin) -> None:
    pasted = "Q: When?\nA: At nine.\n\nQ: Where?\nA: Here.\nQ: No answer"
    response = admin.post(url("knowledge_import"), {"text": pasted}, follow=True)

    assert "2 questions added" in text_of(response)
    assert sorted(KnowledgeSource.objects.values_list("title", "body")) == [("When?", "At nine."), ("Where?", "Here.")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "required"),
        ("nothing here", "no question with an answer"),
        ("Q: a?\nA: b\n" * 201, "at most 200"),
        (f"Q: {'a' * 301}\nA: b", "is too long"),
        (f"Q: a\nA: {'b' * 4001}", "is too long"),
    ],
)
def test_d12_a_paste_that_cannot_be_read_stores_nothing(admin, text: str, words: str) -> None:
    response = admin.post(url("knowledge_import"), {"text": text})

    assert response.status_code == 422
    assert words in text_of(response)
    assert not KnowledgeSource.objects.exists()


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("faq", {"title": ""}, "required"),
        ("faq", {"body": "x" * 4001}, "Add a text instead"),
        ("faq", {"title": "x" * 301}, "at most 300"),
        ("faq", {"url": "javascript:alert(1)"}, "valid URL"),
        ("faq", {"language": "klingon"}, "klingon is not one of"),
        ("text", {"body": "x" * 200_001}, "at most 200000"),
        ("faq", {"title": "a\x00b"}, "Null characters"),
    ],
)
def test_d12_what_is_wrong_is_said_beside_the_field(admin, kind: str, fields: dict[str, str], words: str) -> None:
    response = admin.post(f"{url('knowledge_create')}?kind={kind}", {"title": "When?", "body": "At nine.", **fields})

    assert response.status_code == 422
    assert words in text_of(response)
    assert not KnowledgeSource.objects.exists()


def test_d12_the_list_is_searched_and_sorted_out_by_kind(admin, acme: Company) -> None:
    ask_about(acme.tenant, "When are you open?", "From nine to 100 %_.")
    admin.post(f"{url('knowledge_create')}?kind=text", {"title": "House rules", "body": "No dogs."})

    def shown(**query: str) -> set[str]:
        page = text_of(admin.get(url("knowledge"), query))
        return {title for title in ("When are you open?", "House rules") if f">{title}<" in page}

    assert shown() == {"When are you open?", "House rules"}
    assert shown(kind="faq") == {"When are you open?"}
    assert shown(kind="text") == {"House rules"}
    assert shown(q="DOGS") == {"House rules"}
    assert shown(q="100 %_") == {"When are you open?"}
    assert shown(q="dogs", kind="faq") == set()
    assert shown(q="\x00", kind="nonsense", page="99") == {"When are you open?", "House rules"}


def test_b11_the_box_shows_what_a_question_does_not_find(admin, acme: Company) -> None:
    ask_about(acme.tenant, "When are you open?", "From nine.")

    page = text_of(admin.get(url("knowledge_found"), {"question": "Do you sell wetsuits?"}))
    assert "Not answered" in page
    assert "title=Do%20you%20sell%20wetsuits%3F" in page
    assert "Do you sell wetsuits?" in text_of(admin.get(url("knowledge_create"), {"title": "Do you sell wetsuits?"}))
    assert text_of(admin.get(url("knowledge_found"))).strip() == ""


def test_another_tenants_knowledge_is_not_there(admin, globex: Company) -> None:
    theirs = ask_about(globex.tenant, "What is Globex’s secret?", "A recipe.")

    assert "secret" not in text_of(admin.get(url("knowledge")))
    assert "A recipe." not in text_of(admin.get(url("knowledge_found"), {"question": "What is the secret?"}))
    assert admin.get(url("knowledge_edit", theirs.pk)).status_code == 404
    assert admin.post(url("knowledge_edit", theirs.pk), {"title": "x", "body": "y"}).status_code == 404
    assert admin.post(url("knowledge_removal", theirs.pk)).status_code == 404
    theirs.refresh_from_db()
    assert theirs.body == "A recipe."


def test_an_unknown_kind_is_not_there(admin) -> None:
    assert admin.get(f"{url('knowledge_create')}?kind=crystal").status_code == 404


def test_the_list_asks_the_database_as_often_for_three_as_for_one(admin, acme: Company) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            admin.get(url("knowledge"))
        return len(queries)

    ask_about(acme.tenant, "One?", "1")
    with_one = count()
    ask_about(acme.tenant, "Two?", "2")
    ask_about(acme.tenant, "Three?", "3")
    assert count() == with_one
