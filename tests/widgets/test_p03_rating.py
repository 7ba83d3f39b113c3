"""P3: a visitor rates a conversation."""

from __future__ import annotations

import pytest

from conversations import services
from conversations.models import Event, Rating
from tests.widgets.door import Door, code_of
from tracking.models import EventType, Outcome


@pytest.fixture
def rate(acme):
    door = Door(acme)

    def _rate(score=5, conversation=acme.conversation, session="", **more):
        body = {"sessionId": session or conversation.session, "conversationId": str(conversation.pk), "score": score}
        return door.post("rating", body | more)

    return _rate


def test_p03_one_rating_per_conversation_which_may_be_changed(acme, rate):
    first = rate(2, comment="Mail me at vera@example.com")
    assert first.status_code == 200
    told = first.json()["tracking"]
    assert [(detail["event_type"], detail["data"]) for detail in told] == [(EventType.CONVERSATION_RATED, {"score": 2})]
    services.close_conversation(conversation=acme.conversation, by=acme.owner)
    assert rate(5).json() == {"success": True, "tracking": []}
    rating = Rating.objects.get()
    assert (rating.score, rating.comment) == (5, "")
    assert Outcome.objects.get(type=EventType.CONVERSATION_RATED).detail == told[0]
    assert "vera@" not in str(list(Event.objects.values_list("for_visitor", flat=True)))


@pytest.mark.parametrize("score", [0, 6, True, "5", 4.5, None])
def test_p03_a_score_is_a_whole_number_from_1_to_5(rate, score):
    assert code_of(rate(score)) == (400, "invalid_request")


def test_p03_nobody_elses_conversation_can_be_rated(acme, globex, rate):
    assert code_of(rate(session="another")) == (404, "not_found")
    assert code_of(rate(conversation=globex.conversation)) == (404, "not_found")
    assert code_of(rate(comment="x" * 2001)) == (400, "invalid_request")
    assert not Rating.objects.exists()
