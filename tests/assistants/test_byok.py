"""A company's own keys: tried before they are stored, replaced without a gap, bound to one address, never shown."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistants import connections, key_checks, roster
from assistants.keys import is_current, open_secret
from assistants.models import Assistant, ProviderKey
from assistants.providers.base import Failure, ProviderError
from tenants.database import close_connections
from tenants.models import Role
from tests.assistants.editing import save_draft
from tests.assistants.models import SECRET, answered, call, give_key, give_model, run
from tests.assistants.test_api import Caller
from tests.doubles.openai_behaviours import error
from tests.doubles.openai_server import OpenAIDouble
from tests.world import Company, bearer, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "reverse-key-0000000000000000NEW1"


@pytest.fixture(autouse=True)
def the_double_is_allowed(settings) -> Iterator[None]:
    settings.EGRESS_ALLOWED_HOSTS = frozenset({"127.0.0.1"})
    cache.clear()
    yield
    close_connections()


@pytest.fixture
def admin(acme: Company):
    return signed_in(acme.admin)


def form(double: OpenAIDouble, **fields: str) -> dict[str, str]:
    return {"label": "Company account", "base_url": double.url, "key": SECRET, **fields}


def test_d11_a_key_is_tried_with_a_real_call_and_stored(admin, acme: Company, openai_double: OpenAIDouble) -> None:
    response = call(admin, "post", reverse("byok:new"), form(openai_double))

    assert response.status_code == 302
    key = ProviderKey.objects.get()
    assert (key.tenant_id, key.last4, key.base_url, open_secret(key)) == (
        acme.tenant.pk,
        "7f2Q",
        openai_double.url,
        SECRET,
    )
    assert [seen.path for seen in openai_double.calls] == ["/v1/models", "/v1/chat/completions"]
    assert openai_double.calls[-1].body["model"] == "double-echo"  # the first of those that the server offers


@pytest.mark.parametrize(
    ("model", "field", "words"),
    [
        ("double-bad-key", "key", "refuses the key"),
        ("double-no-credit", "key", "has no credit left"),
        ("double-429-long", "key", "too many requests"),
        ("double-no-model", "model", "know the model"),
        ("double-html", "base_url", "OpenAI-compatible"),
        ("double-filter", "key", "content filter"),
    ],
)
def test_d11_a_key_that_fails_says_what_to_do_and_is_not_stored(
    admin, openai_double: OpenAIDouble, model: str, field: str, words: str
) -> None:
    response = call(admin, "post", reverse("byok:new"), form(openai_double, model=model))
    page = response.content.decode()

    assert response.status_code == 422
    assert words in str(response.context["form"].errors[field])
    assert words in page
    assert not ProviderKey.objects.exists()
    assert ("Store it untested" in page) is (model != "double-bad-key")
    assert SECRET not in page


def test_d11_a_key_can_be_stored_untested_when_its_provider_is_down(admin, openai_double: OpenAIDouble) -> None:
    given = form(openai_double, base_url="http://127.0.0.1:9/v1")
    assert "reached" in str(call(admin, "post", reverse("byok:new"), given).context["form"].errors["base_url"])

    assert call(admin, "post", reverse("byok:new"), given | {"untested": "yes"}).status_code == 302
    assert ProviderKey.objects.get().base_url == "http://127.0.0.1:9/v1"


def test_d11_a_new_key_takes_over_only_once_it_has_passed(admin, acme: Company, openai_double: OpenAIDouble) -> None:
    assistant = give_model(acme, openai_double, failure="bad_key", failure_words="Refused.")
    key = ProviderKey.objects.get()
    url = reverse("byok:rotation", args=[key.pk])

    refused = call(admin, "post", url, {"key": NEW, "model": "double-bad-key"})
    assert refused.status_code == 422
    assert answered(acme).text == "Hello"
    assert open_secret(ProviderKey.objects.get()) == SECRET
    assert openai_double.calls[-1].headers["Authorization"] == f"Bearer {SECRET}"

    assert call(admin, "post", url, {"key": NEW, "model": "double-echo"}).status_code == 302
    key.refresh_from_db()
    assert (open_secret(key), key.last4) == (NEW, "NEW1")
    assert key.rotated_at
    assert answered(acme).text == "Hello"
    assert openai_double.calls[-1].headers["Authorization"] == f"Bearer {NEW}"
    assistant.refresh_from_db()
    assert assistant.failure == ""


@pytest.mark.django_db
def test_d11_the_pages_say_who_uses_a_key_and_what_its_end_breaks(
    admin, acme: Company, openai_double: OpenAIDouble
) -> None:
    give_model(acme, openai_double, name="Lockkeeper")
    key = ProviderKey.objects.get()
    for url in (reverse("byok:keys"), reverse("byok:key", args=[key.pk])):
        page = admin.get(url).content.decode()
        assert "Lockkeeper" in page
        assert "7f2Q" in page
        assert openai_double.url in page
    assert "Lockkeeper can’t answer any more until you give them another key." in page

    assert admin.post(reverse("byok:key", args=[key.pk]), {"label": "Other"}).status_code == 302
    assert ProviderKey.objects.get().label == "Other"
    assert admin.post(reverse("byok:removal", args=[key.pk])).status_code == 302
    assert not ProviderKey.objects.exists()
    assert Assistant.objects.get(pk=acme.assistant.pk).provider_key_id is None
    assert "No key of your own" in admin.get(reverse("byok:keys")).content.decode()


def test_d11_a_stored_key_is_tried_from_its_page(admin, acme: Company, openai_double: OpenAIDouble) -> None:
    url = reverse("byok:test", args=[give_key(acme, openai_double).pk])
    htmx = {"headers": {"HX-Request": "true"}}

    good = call(admin, "post", url, {"model": "double-echo"}, **htmx).content.decode()
    assert "double-echo answered in" in good
    assert "The server offers 3 models." in good
    assert "has no credit left" in call(admin, "post", url, {"model": "double-no-credit"}, **htmx).content.decode()
    assert call(admin, "post", url, {"model": "double-echo"}).status_code == 302


def test_d11_the_form_offers_the_models_of_the_key(admin, acme: Company, openai_double: OpenAIDouble) -> None:
    key = give_key(acme, openai_double)
    url = reverse("assistants:models")

    first = call(admin, "get", url, {"provider_key": str(key.pk)}).content.decode()
    again = call(admin, "get", url, {"provider_key": str(key.pk)}).content.decode()
    assert first == again
    assert '<option value="double-echo">' in first
    assert len(openai_double.calls) == 1
    assert call(admin, "get", url, {"provider_key": ""}).content == b""
    page = admin.get(reverse("assistants:edit", args=[acme.assistant.pk])).content.decode()
    assert f'hx-get="{url}"' in page
    assert "Company account" not in page
    assert "Our account" in page


def test_d11_a_key_goes_to_no_other_address(admin, acme: Company, openai_double: OpenAIDouble) -> None:
    assistant = give_model(acme, openai_double)
    given = {"name": "Bob", "provider": "openai", "model": "m", "provider_key": str(assistant.provider_key_id)}
    url = reverse("assistants:edit", args=[assistant.pk])

    page = admin.post(url, given | {"base_url": "https://models.example.com/v1"})
    assert page.status_code == 422
    assert "goes nowhere else" in str(page.context["form"].errors["base_url"])
    assistant.base_url = "https://models.example.com/v1"
    with pytest.raises(ProviderError) as refused:
        connections.provider_for(assistant)
    assert refused.value.failure == Failure.NOT_CONFIGURED
    assert save_draft(admin, assistant, **given | {"base_url": openai_double.url}).status_code == 302

    ProviderKey.objects.update(base_url="https://models.example.com/v1")  # by whoever can write to the table
    moved = Assistant.objects.select_related("provider_key").get(pk=assistant.pk)
    moved.base_url = ""
    with pytest.raises(ProviderError, match="doesn't belong to this row"):
        connections.provider_for(moved)


def test_d11_the_api_tries_a_key_and_keeps_it_at_its_address(acme: Company, openai_double: OpenAIDouble) -> None:
    key = give_key(acme, openai_double)
    path, more = (
        f"/api/provider-keys/{key.pk}/test",
        {"headers": bearer(acme.admin), "content_type": "application/json"},
    )
    browser = signed_in(acme.admin)

    good = call(browser, "post", path, {"model": "double-echo"}, **more).json()
    assert (good["works"], good["failure"], good["model"]) == (True, "", "double-echo")
    assert "double-echo" in good["models"]
    openai_double.script(error(401, "invalid_api_key", f"Incorrect key {SECRET}"))
    bad = call(browser, "post", path, {"model": "double-echo", "key": NEW}, **more).json()
    assert (bad["works"], bad["failure"]) == (False, "bad_key")
    assert "Enter a valid one" in bad["message"]
    assert openai_double.calls[-1].headers["Authorization"] == f"Bearer {NEW}"
    assert open_secret(ProviderKey.objects.get()) == SECRET

    admin = Caller(acme.admin)
    elsewhere = {"base_url": "https://models.example.com/v1"}
    assert "base_url" in admin("patch", f"provider-keys/{key.pk}", elsewhere, status=400)["error"]["fields"]
    assert admin("patch", f"provider-keys/{key.pk}", elsewhere | {"key": NEW})["rotated_at"]
    assert open_secret(ProviderKey.objects.get()) == NEW
    wrong = {"provider_key_id": str(key.pk), "base_url": openai_double.url}
    error_ = admin("patch", f"assistants/{acme.assistant.pk}", wrong, status=400)["error"]
    assert "goes nowhere else" in str(error_["fields"]["base_url"])


def test_d11_what_a_hostile_server_or_a_crash_says_never_holds_the_key(
    admin, acme: Company, openai_double: OpenAIDouble, caplog, capfd
) -> None:
    caplog.set_level(0)
    seen = []
    key = give_key(acme, openai_double)
    for behaviour in (
        error(401, "invalid_api_key", f"Bad {SECRET}"),
        error(500, SECRET, SECRET),
        error(400, None, SECRET),
    ):
        openai_double.script(*[behaviour] * 4)
        seen.append(call(admin, "post", reverse("byok:new"), form(openai_double, model="m")).content.decode())
        seen.append(call(admin, "post", reverse("byok:rotation", args=[key.pk]), {"key": SECRET}).content.decode())
        openai_double.reset()
    seen.append(admin.post(reverse("byok:new"), {"label": "", "key": SECRET}).content.decode())
    give_model(acme, openai_double, model="double-bad-key")
    answered(acme)
    acme.assistant.refresh_from_db()
    pages = [reverse("byok:keys"), reverse("byok:key", args=[key.pk]), reverse("assistants:list")]
    seen += [admin.get(url).content.decode() for url in pages]
    seen += [acme.assistant.failure_words, caplog.text, *capfd.readouterr()]

    assert not [text for text in seen if SECRET in text]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(k::text, '') || (SELECT string_agg(a::text, '') FROM assistants_assistant a) "
            "FROM assistants_providerkey k"
        )
        assert SECRET not in cursor.fetchone()[0]


def test_d11_another_tenants_key_is_not_there(
    admin, acme: Company, globex: Company, openai_double: OpenAIDouble
) -> None:
    key = give_key(globex, openai_double)
    for name in ("key", "rotation", "test", "removal"):
        assert admin.post(reverse(f"byok:{name}", args=[key.pk]), {"label": "Mine", "key": NEW}).status_code == 404
    assert admin.get(reverse("assistants:models"), {"provider_key": str(key.pk)}).status_code == 404
    assert call(admin, "post", f"/api/provider-keys/{key.pk}/test", {}, headers=bearer(acme.admin)).status_code == 404
    assert "Our account" not in admin.get(reverse("byok:keys")).content.decode()
    fields = {"fallback_assistant_id": str(globex.assistant.pk)}
    refused = Caller(acme.admin)("patch", f"assistants/{acme.assistant.pk}", fields, status=400)
    assert "fallback_assistant_id" in refused["error"]["fields"]


@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER])
def test_d11_only_admins_see_keys(acme: Company, openai_double: OpenAIDouble, role: Role) -> None:
    key = give_key(acme, openai_double)
    browser = signed_in(acme.member(role))
    for url in (reverse("byok:keys"), reverse("byok:new"), reverse("byok:key", args=[key.pk])):
        assert browser.get(url).status_code == 403
    assert (
        call(browser, "post", f"/api/provider-keys/{key.pk}/test", {}, headers=bearer(acme.member(role))).status_code
        == 403
    )


@pytest.mark.django_db
def test_d11_the_list_asks_as_often_for_three_as_for_one(admin, acme: Company, openai_double: OpenAIDouble) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            admin.get(reverse("byok:keys"))
        return len(queries)

    give_model(acme, openai_double)
    count()
    one = count()
    for label in ("Second", "Third"):
        Assistant.objects.create(
            tenant=acme.tenant, name=label, provider_key=give_key(acme, openai_double, label=label)
        )
    assert count() == one


@pytest.mark.django_db
def test_d11_every_key_is_sealed_anew_under_the_rings_first_key(
    acme: Company, globex: Company, openai_double: OpenAIDouble, settings
) -> None:
    settings.ENCRYPTION_KEYS = {"old": b"1" * 32}
    keys = [give_key(company, openai_double, label=str(n)) for company in (acme, globex) for n in range(5)]
    settings.ENCRYPTION_KEYS = {"new": b"2" * 32, "old": b"1" * 32}
    keys[0].sealed = roster.candidate_key(key=keys[0], secret=NEW).sealed
    keys[0].save()

    out = io.StringIO()
    call_command("rotate_keys", "--batch=3", stdout=out)
    assert out.getvalue() == "9 sealed anew, 1 were current, 0 unreadable.\n"
    settings.ENCRYPTION_KEYS = {"new": b"2" * 32}
    found = list(ProviderKey.objects.all())
    assert all(is_current(bytes(key.sealed)) for key in found)
    assert sorted(open_secret(key) for key in found) == sorted([NEW, *[SECRET] * 9])
    call_command("rotate_keys", stdout=out)
    assert out.getvalue().endswith("0 sealed anew, 10 were current, 0 unreadable.\n")


@pytest.mark.django_db
def test_d11_keys_that_cannot_be_opened_are_named_and_the_others_done(
    acme: Company, openai_double: OpenAIDouble, settings
) -> None:
    settings.ENCRYPTION_KEYS = {"gone": b"0" * 32}
    lost = give_key(acme, openai_double)
    settings.ENCRYPTION_KEYS = {"old": b"1" * 32}
    kept = give_key(acme, openai_double)
    swapped = give_key(acme, openai_double)
    ProviderKey.objects.filter(pk=swapped.pk).update(sealed=kept.sealed)
    settings.ENCRYPTION_KEYS = {"new": b"2" * 32, "old": b"1" * 32}

    with pytest.raises(CommandError) as told:
        call_command("rotate_keys", stdout=io.StringIO())
    assert all(str(key.pk) in str(told.value) for key in (lost, swapped))
    assert str(kept.pk) not in str(told.value)
    assert open_secret(ProviderKey.objects.get(pk=kept.pk)) == SECRET


def test_d11_a_server_without_a_list_of_models_offers_none(acme: Company, openai_double: OpenAIDouble) -> None:
    key = roster.new_key(tenant=acme.tenant, secret=SECRET, label="x", base_url=openai_double.url.replace("/v1", "/v2"))

    assert run(lambda: key_checks.models_of(key)) == ()
