"""The pages about assistants."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistants import roster
from assistants.keys import open_secret
from assistants.models import Assistant, ProviderKey
from tenants.database import close_connections
from tenants.models import Role
from tests import factories
from tests.assistants.businesses import ask_about
from tests.assistants.editing import publish, save_draft
from tests.reading import text_of
from tests.world import Company, signed_in

SECRET = "sk-live-00000000000000007f2Q"


@pytest.fixture
def admin(acme: Company):
    return signed_in(acme.admin)


@pytest.fixture
def database_threads_end() -> Iterator[None]:
    """The threads give their connections back before the test's tables are emptied."""
    yield
    close_connections()


def form(**fields: object) -> dict[str, object]:
    return {"name": "Bob", "provider": "knowledge", **fields}


def edit_url(assistant: Assistant) -> str:
    return reverse("assistants:edit", args=[assistant.pk])


def test_d08_the_list_shows_who_answers_with_what(admin, acme: Company) -> None:
    key = roster.new_key(tenant=acme.tenant, secret=SECRET, label="Our account")
    key.save()
    factories.make_assistant(
        acme.tenant,
        "Lockkeeper",
        provider="openai",
        model="gpt-x",
        provider_key=key,
        is_default=False,
        is_default_chat=False,
    )

    page = text_of(admin.get(reverse("assistants:list")))
    for words in ("Acme’s assistant", "Knowledge base", "Lockkeeper", "gpt-x", "Our account, ends in 7f2Q"):
        assert words in page
    assert "Globex" not in page
    assert SECRET not in page


def test_d08_without_any_the_list_says_what_to_do(admin, acme: Company) -> None:
    acme.assistant.delete()

    assert "No assistant yet" in text_of(admin.get(reverse("assistants:list")))
    page = text_of(admin.get(reverse("assistants:create")))
    assert page.count("checked") >= 3  # provider and both stars: the first assistant is meant to answer


def test_s13_the_list_warns_when_nobody_answers_in_chat(admin, acme: Company) -> None:
    roster.archive(assistant=acme.assistant)
    assert "but it is archived" in text_of(admin.get(reverse("assistants:list")))

    Assistant.objects.filter(pk=acme.assistant.pk).update(is_default=False, is_default_chat=False)
    assert "No assistant is the default for chat" in text_of(admin.get(reverse("assistants:list")))


def test_d08_an_assistant_is_added_and_changed(admin, acme: Company) -> None:
    response = admin.post(reverse("assistants:create"), form(name="Bob", greeting="Hello there", is_default_chat="on"))

    bob = Assistant.objects.get(name="Bob")
    assert response.url == edit_url(bob)
    assert (bob.tenant, bob.greeting, bob.is_default_chat) == (acme.tenant, "Hello there", True)
    acme.assistant.refresh_from_db()
    assert not acme.assistant.is_default_chat
    save_draft(admin, bob, name="Bobby", prompt="Be kind.", temperature="0.5", max_tokens="300")
    publish(admin, bob)
    bob.refresh_from_db()
    assert (bob.name, bob.prompt, bob.temperature, bob.max_tokens) == ("Bobby", "Be kind.", 0.5, 300)
    assert bob.is_default_chat


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "required"),
        ({"provider": "magic"}, "magic is not one of the available choices"),
        ({"temperature": "9"}, "less than or equal to 2"),
        ({"max_tokens": "0"}, "greater than or equal to 1"),
        ({"provider": "openai", "base_url": "http://169.254.169.254/", "model": "m"}, "https://"),
        ({"provider": "openai", "base_url": "https://10.0.0.1/v1", "model": "m"}, "private or reserved"),
        ({"provider": "openai", "base_url": "https://models.example.com/v1"}, "Name the model"),
        ({"provider": "openai", "new_key": "two words"}, "A key has no spaces"),
        ({"prompt": "x" * 20_001}, "at most 20000"),
    ],
)
def test_d08_what_is_wrong_is_said_beside_the_field(admin, acme: Company, fields: dict[str, str], words: str) -> None:
    response = admin.post(edit_url(acme.assistant), form(**fields))

    assert response.status_code == 422
    assert words in text_of(response)
    assert Assistant.objects.get(pk=acme.assistant.pk).name == acme.assistant.name


def test_d11_a_key_goes_in_and_never_comes_out(admin, acme: Company) -> None:
    given = form(name="Bob", provider="openai", model="m", new_key=SECRET)
    save_draft(admin, acme.assistant, **given)
    publish(admin, acme.assistant)

    assistant = Assistant.objects.select_related("provider_key").get(pk=acme.assistant.pk)
    assert open_secret(assistant.provider_key) == SECRET
    page = text_of(admin.get(edit_url(assistant)))
    assert "7f2Q" in page
    assert SECRET not in page
    refused = admin.post(edit_url(assistant), {**given, "temperature": "9"})
    assert SECRET not in text_of(refused)

    save_draft(admin, assistant, model="m2", provider_key=assistant.provider_key_id)
    publish(admin, assistant)
    assistant.refresh_from_db()
    assert (assistant.model, assistant.provider_key.last4) == ("m2", "7f2Q")
    admin.post(reverse("assistants:key_removal", args=[assistant.pk]))
    assert not ProviderKey.objects.exists()


def test_d11_another_tenants_key_cannot_be_chosen(admin, acme: Company, globex: Company) -> None:
    theirs = roster.new_key(tenant=globex.tenant, secret=SECRET, label="Theirs")
    theirs.save()

    response = admin.post(edit_url(acme.assistant), form(provider="openai", provider_key=theirs.pk))
    assert response.status_code == 422
    assert "Theirs" not in text_of(admin.get(edit_url(acme.assistant)))


def test_s13_a_star_is_one_press(admin, acme: Company) -> None:
    bob = factories.make_assistant(acme.tenant, "Bob", is_default=False, is_default_chat=False)

    admin.post(reverse("assistants:star", args=[bob.pk, "is_default_chat"]))
    bob.refresh_from_db()
    acme.assistant.refresh_from_db()
    assert (bob.is_default_chat, bob.is_default) == (True, False)
    assert (acme.assistant.is_default_chat, acme.assistant.is_default) == (False, True)
    assert admin.post(reverse("assistants:star", args=[bob.pk, "name"])).status_code == 404
    admin.post(reverse("assistants:star", args=[bob.pk, "is_default_chat"]), {"away": "1"})
    bob.refresh_from_db()
    assert not bob.is_default_chat


def test_d08_archiving_says_what_visitors_will_meet(admin, acme: Company) -> None:
    page = text_of(admin.get(reverse("assistants:list")))
    assert "It is the default for chat: visitors who write get no reply" in page

    admin.post(reverse("assistants:archiving", args=[acme.assistant.pk]))
    acme.assistant.refresh_from_db()
    assert not acme.assistant.active
    refused = admin.post(reverse("assistants:star", args=[acme.assistant.pk, "is_default"]), follow=True)
    assert "Restore it before you make it a default" in text_of(refused)
    admin.post(reverse("assistants:restoring", args=[acme.assistant.pk]))
    acme.assistant.refresh_from_db()
    assert acme.assistant.active


@pytest.mark.django_db(transaction=True)  # the playground reads in threads of its own
@pytest.mark.usefixtures("database_threads_end")
def test_d08_the_playground_asks_with_unsaved_changes_and_stores_nothing(admin, acme: Company) -> None:
    ask_about(acme.tenant, "When are you open?", "From nine.")
    url = reverse("assistants:trial", args=[acme.assistant.pk])

    page = text_of(admin.post(url, form(name="Draft", question="when do you open <b>")))
    assert "From nine." in page
    assert "when do you open &lt;b&gt;" in page
    assert not Assistant.objects.filter(name="Draft").exists()
    assert "Type a question first" in text_of(admin.post(url, form(question=" ")))
    assert "Mend what is marked" in text_of(admin.post(url, form(name="", question="hello")))
    assert "From nine." in text_of(admin.post(reverse("assistants:trial_new"), form(question="when do you open")))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("database_threads_end")
def test_d08_the_playground_says_why_a_model_gives_no_answer(admin, acme: Company, settings) -> None:
    settings.OPENAI_API_KEY = ""
    url = reverse("assistants:trial", args=[acme.assistant.pk])

    page = text_of(admin.post(url, form(provider="openai", fallback_message="Back soon.", question="hello")))
    assert "has no key for its AI provider" in page
    assert "Back soon." in page


@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER])
def test_d14_only_admins_come_in(acme: Company, role: Role) -> None:
    client = signed_in(acme.member(role))
    for name in ("list", "create", "knowledge", "knowledge_create", "knowledge_import", "knowledge_found"):
        assert client.get(reverse(f"assistants:{name}")).status_code == 403
    assert client.get(edit_url(acme.assistant)).status_code == 403
    assert client.post(reverse("assistants:archiving", args=[acme.assistant.pk])).status_code == 403
    acme.assistant.refresh_from_db()
    assert acme.assistant.active


def test_another_tenants_assistant_is_not_there(admin, globex: Company) -> None:
    pk = globex.assistant.pk
    assert admin.get(edit_url(globex.assistant)).status_code == 404
    assert admin.post(edit_url(globex.assistant), form()).status_code == 404
    for name in ("trial", "archiving", "restoring", "key_removal"):
        assert admin.post(reverse(f"assistants:{name}", args=[pk]), form(question="hi")).status_code == 404
    assert admin.post(reverse("assistants:star", args=[pk, "is_default"])).status_code == 404
    globex.assistant.refresh_from_db()
    assert globex.assistant.active


def test_the_list_asks_the_database_as_often_for_three_as_for_one(admin, acme: Company) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            admin.get(reverse("assistants:list"))
        return len(queries)

    with_one = count()
    for name in ("Bob", "Cy"):
        key = roster.new_key(tenant=acme.tenant, secret=SECRET, label=name)
        key.save()
        factories.make_assistant(acme.tenant, name, is_default=False, is_default_chat=False, provider_key=key)
    assert count() == with_one
