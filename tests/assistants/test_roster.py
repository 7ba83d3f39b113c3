"""Stars, archive and keys of a tenant's assistants."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from assistants import roster
from assistants.keys import open_secret
from assistants.models import Assistant, ProviderKey
from tests import factories


def starred(tenant, star: str) -> list[str]:
    return list(Assistant.objects.for_tenant(tenant).filter(**{star: True}).values_list("name", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("star", roster.STARS)
def test_s13_a_star_moves_and_is_never_doubled(star: str) -> None:
    tenant = factories.make_tenant()
    ada = factories.make_assistant(tenant, "Ada")
    bob = factories.make_assistant(tenant, "Bob", is_default=False, is_default_chat=False)
    stranger = factories.make_assistant(factories.make_tenant("Globex"), "Gus")

    roster.give_star(assistant=bob, star=star)

    assert starred(tenant, star) == ["Bob"]
    assert starred(stranger.tenant, star) == ["Gus"]
    (other,) = set(roster.STARS) - {star}
    assert starred(tenant, other) == ["Ada"]
    roster.give_star(assistant=ada, star=star)
    assert starred(tenant, star) == ["Ada"]


@pytest.mark.django_db
def test_s13_a_new_default_takes_the_star_with_it() -> None:
    tenant = factories.make_tenant()
    factories.make_assistant(tenant, "Ada")

    roster.save_assistant(Assistant(tenant=tenant, name="Bob", is_default_chat=True))

    assert starred(tenant, "is_default_chat") == ["Bob"]
    assert starred(tenant, "is_default") == ["Ada"]


@pytest.mark.django_db
def test_s13_an_archived_assistant_keeps_its_star_and_gets_none() -> None:
    tenant = factories.make_tenant()
    ada = factories.make_assistant(tenant, "Ada")
    bob = factories.make_assistant(tenant, "Bob", is_default=False, is_default_chat=False)

    roster.archive(assistant=ada)
    roster.archive(assistant=bob)

    assert starred(tenant, "is_default_chat") == ["Ada"]
    with pytest.raises(roster.Archived):
        roster.give_star(assistant=bob, star="is_default_chat")
    roster.restore(assistant=bob)
    roster.give_star(assistant=bob, star="is_default_chat")
    assert starred(tenant, "is_default_chat") == ["Bob"]


@pytest.mark.django_db(transaction=True)
def test_s13_two_admins_at_once_leave_one_star() -> None:
    tenant = factories.make_tenant()
    names = ["Ada", "Bob", "Cy", "Di"]
    rivals = [factories.make_assistant(tenant, name, is_default=False, is_default_chat=False) for name in names]
    start, failures = threading.Barrier(len(rivals)), []

    def claim(assistant: Assistant) -> None:
        try:
            start.wait(timeout=10)
            for _ in range(5):
                roster.give_star(assistant=assistant, star="is_default_chat")
                roster.save_assistant(Assistant(tenant=tenant, name=f"New of {assistant.name}", is_default_chat=True))
        except Exception as error:  # noqa: BLE001  (whatever it is, the test must hear of it)
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=[assistant]) for assistant in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert failures == []
    assert len(starred(tenant, "is_default_chat")) == 1


@pytest.mark.django_db
def test_d11_a_key_is_stored_sealed_and_forgotten_with_its_row() -> None:
    tenant = factories.make_tenant()
    key = roster.new_key(tenant=tenant, secret="sk-000000000000007f2Q", label="OpenAI")
    assistant = roster.save_assistant(
        Assistant(tenant=tenant, name="Ada", provider="openai", provider_key=key), added_key=key
    )

    stored = ProviderKey.objects.get(pk=key.pk)
    assert open_secret(stored) == "sk-000000000000007f2Q"
    assert b"sk-0000" not in bytes(stored.sealed)
    roster.remove_key(key=stored)
    assistant.refresh_from_db()
    assert assistant.provider_key_id is None
