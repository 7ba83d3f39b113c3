"""Visitors who met no assistant are counted, and the pages say so until it is mended."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.urls import reverse
from django.utils import timezone

from assistants import selection, turned_away
from assistants.models import Assistant, TurnedAway
from conversations.said import Said
from tenants.database import close_connections
from tenants.models import Tenant
from tests.reading import text_of
from tests.world import Company, signed_in
from widgets.services import exchange, receive


@pytest.fixture
def door_closes() -> Iterator[None]:
    yield
    close_connections()


def knock(tenant: Tenant, session: str, *, client_id: str = "") -> None:
    """Say something as a visitor whom nobody answers."""
    said = Said(tenant=tenant, session=session, text="Hello", client_id=client_id or uuid.uuid4().hex)
    with pytest.raises((selection.NoAssistant, selection.AssistantMisconfigured)):
        async_to_sync(exchange)(receive(said, assistant_id=None, human_only=False))


def without_stars(company: Company) -> None:
    Assistant.objects.filter(tenant=company.tenant).update(is_default=False, is_default_chat=False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("door_closes")
def test_s13_each_visitor_who_meets_nobody_counts_once(acme: Company, globex: Company) -> None:
    without_stars(acme)
    for session in ("one", "two"):
        knock(acme.tenant, session)
        knock(acme.tenant, session)
        knock(acme.tenant, session, client_id="same")
        knock(acme.tenant, session, client_id="same")
    Assistant.objects.filter(pk=acme.assistant.pk).update(is_default_chat=True, active=False)
    knock(acme.tenant, "three")

    week = turned_away.last_week(acme.tenant)
    assert (week.without_assistant, week.misconfigured, week.visitors) == (2, 1, 3)
    assert week.days[-1].visitors == 3
    assert not week.mended
    assert TurnedAway.objects.filter(tenant=acme.tenant).count() == 2
    assert turned_away.last_week(globex.tenant).visitors == 0


@pytest.mark.django_db
def test_s13_counting_is_one_statement(acme: Company, django_assert_num_queries: Any) -> None:
    for _ in range(2):
        with django_assert_num_queries(1):
            turned_away.note(acme.tenant, "no_assistant")
    assert turned_away.last_week(acme.tenant).visitors == 2


@pytest.mark.django_db
def test_s13_what_is_older_than_a_week_is_over(acme: Company) -> None:
    today = timezone.now().date()
    for ago, visitors in [(0, 1), (6, 2), (7, 100)]:
        TurnedAway.objects.create(
            tenant=acme.tenant, day=today - dt.timedelta(days=ago), reason="no_assistant", visitors=visitors
        )
    week = turned_away.last_week(acme.tenant)
    assert week.visitors == 3
    assert [day.visitors for day in week.days] == [2, 0, 0, 0, 0, 0, 1]


@pytest.mark.django_db
def test_s13_pages_say_whom_nobody_answered_until_somebody_does(acme: Company, globex: Company) -> None:
    without_stars(acme)
    for _ in range(3):
        turned_away.note(acme.tenant, "no_assistant")
    title = "Nobody answered 3 visitors in the last 7 days"
    inbox, assistants = reverse("conversations:inbox"), reverse("assistants:list")

    shown = text_of(signed_in(acme.admin).get(inbox))
    assert title in shown
    assert f'<a class="btn" href="{assistants}">Choose who answers</a>' in shown
    for_agents = text_of(signed_in(acme.agent).get(inbox))
    assert title in for_agents
    assert "Choose who answers" not in for_agents
    assert title in text_of(signed_in(acme.admin).get(assistants))
    assert title not in text_of(signed_in(globex.admin).get(inbox))

    Assistant.objects.filter(pk=acme.assistant.pk).update(is_default_chat=True)
    assert title not in text_of(signed_in(acme.admin).get(inbox))
    mended = text_of(signed_in(acme.admin).get(assistants))
    assert title in mended
    assert "An assistant answers again now." in mended
