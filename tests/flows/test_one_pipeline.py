"""A live chat, its retry, the playground and a saved dialogue: one function answers them all, by the same rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from assistants import policies, services
from assistants.dialogues import book, desk
from assistants.dialogues.tasks import play_dialogues
from assistants.models import Assistant, DialogueResult
from conversations import turns
from conversations.models import Turn
from conversations.said import Received, Reply, Said
from tenants.database import close_connections
from tests.assistants.models import call, give_model, run
from tests.doubles.openai_behaviours import Behaviour
from tests.doubles.openai_server import OpenAIDouble
from tests.world import Company, World, signed_in
from widgets import services as widgets
from widgets.services import Visit

pytestmark = pytest.mark.django_db(transaction=True)
QUESTION = "Who else sells this?"
ANSWER = "Try g.l.o.b.e.x, they are cheap."


@pytest.fixture
def acme(world: World, openai_double: OpenAIDouble, settings) -> Iterator[Company]:
    """Acme forbids its assistant to name Globex; its model does so, however often it is asked."""
    settings.EGRESS_ALLOWED_HOSTS = frozenset({"127.0.0.1"})
    give_model(world.acme, openai_double, fallback_message="A colleague will look at this.")
    policies.save_lists(tenant=world.acme.tenant, lists={"blocked_keywords": ["Globex"]})
    openai_double.script(*[Behaviour(text=ANSWER)] * 4)
    yield world.acme
    close_connections()


@pytest.fixture
def entered(monkeypatch: pytest.MonkeyPatch) -> list[Reply]:
    """What the one function gave to each who came in, in this process."""
    replies: list[Reply] = []
    answer = services.answer

    async def overheard(received: Received, **more: Any) -> Reply:
        replies.append(await answer(received, **more))
        return replies[-1]

    monkeypatch.setattr(services, "answer", overheard)
    return replies


def live(company: Company, client_id: str) -> str:
    """A visitor's message through the door's own service; why nobody reads the answer."""
    said = Said(tenant=company.tenant, session="visitor", text=QUESTION, client_id=client_id)
    visit = Visit(turns.receive(said), assistant_id=None, human_only=False)
    reason: str = run(lambda: widgets.exchange(visit)).metadata["reason"]
    return reason


def retried(company: Company) -> str:
    """The same where the process that had the turn died before it answered."""
    turns.receive(Said(tenant=company.tenant, session="visitor", text=QUESTION, client_id="lost"))
    Turn.objects.update(lease_expires_at=timezone.now())
    return live(company, "lost")


def in_playground(company: Company) -> str:
    assistant = Assistant.objects.get(pk=company.assistant.pk)
    form = {"name": assistant.name, "provider": "openai", "model": assistant.model, "question": QUESTION}
    form |= {"fallback_message": assistant.fallback_message}
    form |= {"provider_key": assistant.provider_key_id, "base_url": assistant.provider_key.base_url}
    page = call(signed_in(company.admin), "post", reverse("assistants:trial", args=[assistant.pk]), form)
    return page.context["trace"].reason


def in_dialogue(company: Company) -> str:
    turn = {"says": QUESTION, "was": "", "checks": []}
    by = company.admin.user
    book.add_dialogue(assistant=company.assistant, by=by, name="Others", routed=False, turns=[turn])
    desk.run_now(assistant=company.assistant, by=by)
    play_dialogues()
    return DialogueResult.objects.get().turns[0]["trace"]["reason"]


def test_b06_live_chats_retries_playground_and_dialogues_are_one_function(acme: Company, entered: list[Reply]) -> None:
    reasons = [live(acme, "first"), retried(acme), in_playground(acme), in_dialogue(acme)]

    assert reasons == ["safety_blocked"] * 4
    assert len(entered) == 4
    first, *others = entered
    for reply in others:
        assert (reply.status, reply.reason, reply.text) == (first.status, first.reason, first.text)
        assert reply.set_off_by_reply == first.set_off_by_reply
        assert reply.withheld
        assert reply.withheld.text == ANSWER
