"""Drafts and versions: what is edited, what visitors meet, and what it was before."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistants import selection, versions
from assistants.differences import words
from assistants.models import Assistant, AssistantDraft, AssistantVersion
from tests import factories
from tests.assistants.editing import edit_url, mark_of, publish, save_draft
from tests.world import Company, bearer, signed_in


@pytest.fixture
def admin(acme: Company) -> Client:
    return signed_in(acme.admin)


@pytest.fixture
def assistant(acme: Company) -> Assistant:
    Assistant.objects.filter(pk=acme.assistant.pk).update(prompt="Be kind.\nNever promise refunds.")
    acme.assistant.refresh_from_db()
    return acme.assistant


def texts(page) -> str:
    return page.content.decode()


def url(name: str, assistant: Assistant, *more: object) -> str:
    return reverse(f"assistants:{name}", args=[assistant.pk, *more])


def test_d08_visitors_are_answered_by_what_is_published_only(admin: Client, assistant: Assistant) -> None:
    save_draft(admin, assistant, name="Bob", prompt="Be brief.")

    live = selection.select(assistant.tenant, requested=None, current=None)
    assert (live.name, live.prompt) == (assistant.name, "Be kind.\nNever promise refunds.")
    page = texts(admin.get(edit_url(assistant)))
    assert "Be brief." in page
    assert "This is a draft" in page
    assert ">Draft</span>" in texts(admin.get(reverse("assistants:list")))

    publish(admin, assistant, note="Shorter answers")
    live = selection.select(assistant.tenant, requested=None, current=None)
    assert (live.name, live.prompt) == ("Bob", "Be brief.")
    assert not AssistantDraft.objects.exists()
    kept = versions.history(assistant)
    assert [(v.number, versions.version(assistant, v.number).values["name"], v.note) for v in kept] == [
        (2, "Bob", "Shorter answers"),
        (1, assistant.name, versions.BEFORE_VERSIONS),
    ]


def test_d08_the_live_path_reads_one_row_whatever_is_drafted(admin: Client, assistant: Assistant) -> None:
    tenant = assistant.tenant

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            selection.select(tenant, requested=None, current=None)
        return len(queries)

    assert count() == 1
    save_draft(admin, assistant, prompt="One")
    publish(admin, assistant)
    save_draft(admin, assistant, prompt="Two")
    assert count() == 1


def test_d08_publishing_shows_what_changes_and_who_did_it(admin: Client, acme: Company, assistant: Assistant) -> None:
    save_draft(admin, assistant, prompt="Be kind.\nNever promise <b>gifts</b>.", review_policy="always")

    page = texts(admin.get(url("publication", assistant)))
    assert "<del>refunds</del>" in page
    assert "&lt;" in page
    assert "<del>When flagged</del> <ins>Always</ins>" in page
    publish(admin, assistant)
    listed = texts(admin.get(url("versions", assistant)))
    assert acme.admin.user.name in listed
    assert AssistantVersion.objects.get(number=2).published_by == acme.admin.user


def test_d08_two_versions_are_compared_field_by_field(admin: Client, assistant: Assistant) -> None:
    save_draft(admin, assistant, prompt="Be brief.")
    publish(admin, assistant)
    save_draft(admin, assistant, prompt="Be brief.", greeting="Hello there")

    page = texts(admin.get(url("comparison", assistant)))  # the draft against what is live
    assert "Hello there" in page
    assert "Instructions" not in page
    page = texts(admin.get(url("comparison", assistant) + "?from=1&to=2"))
    assert "Instructions" in page
    assert "Greeting" not in page
    assert "the same in every field" in texts(admin.get(url("comparison", assistant) + "?from=2&to=2"))
    for wrong in ("9", "x", "-1"):
        assert admin.get(url("comparison", assistant) + f"?from=2&to={wrong}").status_code == 404


def test_d08_going_back_makes_a_new_version_and_can_be_undone(admin: Client, assistant: Assistant) -> None:
    save_draft(admin, assistant, prompt="Be brief.")
    publish(admin, assistant)

    admin.post(url("going_back", assistant, 1))
    assistant.refresh_from_db()
    assert assistant.prompt == "Be kind.\nNever promise refunds."
    admin.post(url("going_back", assistant, 2))
    assistant.refresh_from_db()
    assert assistant.prompt == "Be brief."
    assert [(v.number, v.returned_to) for v in versions.history(assistant)] == [(4, 2), (3, 1), (2, None), (1, None)]
    same = admin.post(url("going_back", assistant, 4), follow=True)
    assert "the very same as version 4" in texts(same)
    assert admin.post(url("going_back", assistant, 99)).status_code == 404


def test_d08_the_second_of_two_admins_is_told_and_loses_nothing(
    admin: Client, acme: Company, assistant: Assistant
) -> None:
    other = signed_in(acme.owner)
    opened = mark_of(admin.get(edit_url(assistant)))
    save_draft(other, assistant, prompt="Theirs entirely.")

    late = save_draft(admin, assistant, mark=opened, prompt="Mine entirely.", greeting="Welcome")
    page = texts(late)
    assert late.status_code == 409
    assert f"{acme.owner.user.name} saved another draft" in page
    assert "<del>Theirs</del><ins>Mine</ins>" in page
    assert ">\nMine entirely.</textarea>" in page
    assert AssistantDraft.objects.get().values["prompt"] == "Theirs entirely."

    again = save_draft(admin, assistant, mark=mark_of(late), prompt="Mine entirely.", greeting="Welcome")
    assert again.status_code == 302
    assert AssistantDraft.objects.get().values["prompt"] == "Mine entirely."


def test_d08_who_publishes_a_draft_that_has_changed_looks_again(
    admin: Client, acme: Company, assistant: Assistant
) -> None:
    save_draft(admin, assistant, prompt="One")
    looked_at = mark_of(admin.get(url("publication", assistant)))
    save_draft(signed_in(acme.owner), assistant, prompt="Two")

    late = admin.post(url("publication", assistant), {"mark": looked_at})
    assert late.status_code == 409
    assert "has changed since you looked at it" in texts(late)
    assistant.refresh_from_db()
    assert assistant.prompt == "Be kind.\nNever promise refunds."


def test_d08_a_patch_takes_effect_at_once_and_leaves_the_draft_its_own(
    admin: Client, acme: Company, assistant: Assistant
) -> None:
    save_draft(admin, assistant, prompt="Drafted.", greeting="")
    response = admin.patch(
        f"/api/assistants/{assistant.pk}",
        {"greeting": "Hello from the API", "prompt": "Patched."},
        content_type="application/json",
        headers=bearer(acme.admin),
    )
    assert response.json()["prompt"] == "Patched."
    live = selection.select(assistant.tenant, requested=None, current=None)
    assert (live.prompt, live.greeting) == ("Patched.", "Hello from the API")
    assert [v.number for v in versions.history(assistant)] == [2, 1]
    draft = AssistantDraft.objects.get()
    assert (draft.values["prompt"], draft.values["greeting"]) == ("Drafted.", "Hello from the API")


def test_d08_a_draft_is_discarded_or_ends_where_it_began(admin: Client, assistant: Assistant) -> None:
    save_draft(admin, assistant, prompt="Drafted.")
    admin.post(url("discarding", assistant))
    assert not AssistantDraft.objects.exists()

    save_draft(admin, assistant, prompt="Drafted.")
    save_draft(admin, assistant, prompt=assistant.prompt)
    assert not AssistantDraft.objects.exists()
    assert "There is nothing to publish" in texts(admin.get(url("publication", assistant)))


def test_d08_a_version_whose_key_was_deleted_comes_back_without_it(admin: Client, assistant: Assistant) -> None:
    lender = factories.make_assistant(assistant.tenant, "Lender", is_default=False, is_default_chat=False)
    save_draft(admin, assistant, fallback_assistant=lender.pk)
    publish(admin, assistant)
    save_draft(admin, assistant, fallback_assistant="")
    publish(admin, assistant)
    lender.delete()

    page = texts(admin.get(url("comparison", assistant) + "?from=2&to=3"))
    assert "One that was deleted" in page
    back = admin.post(url("going_back", assistant, 2), follow=True)
    assert "the very same as version 2" in texts(back)


def test_d08_anothers_versions_are_not_there(acme: Company, globex: Company) -> None:
    stranger = signed_in(globex.admin)
    for name in ("publication", "versions", "comparison"):
        assert stranger.get(url(name, acme.assistant)).status_code == 404
    for name, more in (("publication", ()), ("discarding", ()), ("going_back", (1,))):
        assert stranger.post(url(name, acme.assistant, *more)).status_code == 404
    assert signed_in(acme.manager).get(url("versions", acme.assistant)).status_code == 403


def test_d08_the_versions_are_listed_with_as_many_queries_for_three_as_for_one(
    admin: Client, assistant: Assistant
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            admin.get(url("versions", assistant))
        return len(queries)

    with_one = count()
    for prompt in ("One", "Two"):
        save_draft(admin, assistant, prompt=prompt)
        publish(admin, assistant)
    assert count() == with_one


def test_d08_differences_are_read_word_by_word() -> None:
    long = "The same line over and over. " * 30
    parts = words(f"{long}\nAnswer in four sentences.", f"{long}\nAnswer in two sentences.")
    assert [(p.kind, p.text) for p in parts if p.kind in ("gone", "new")] == [("gone", "four"), ("new", "two")]
    assert parts[0].kind == "cut"
    assert "".join(p.text for p in words("", "All new") if p.kind == "new") == "All new"
