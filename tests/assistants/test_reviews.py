"""The queue of held replies: who may decide, that only one does, and what visitors and dashboards see of it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from assistants import reviews
from assistants.models import Review
from conversations.models import Conversation, Event, Message
from conversations.services import close_conversation, post_reply
from tenants.models import Role
from tests import factories
from tests.world import Company, World, bearer, signed_in
from widgets.stream import _told

DRAFT = "You get your money back."


def hold(company: Company, body: str = DRAFT, *, why: str = "flagged") -> Review:
    """A reply that waits in the company's queue."""
    conversation = company.conversation
    safety = [
        {"start": 8, "end": 23, "text": "your money back", "keyword": "your money back", "label": "Blocked",
         "level": "blocked", "system": False, "action": "hold"}
    ]  # fmt: skip
    message = factories.make_message(
        conversation,
        body,
        author=Message.Author.ASSISTANT,
        author_name="Ada",
        state=Message.State.HELD,
        reply_to=conversation.messages.first(),
        metadata={"model": "double", "tokens": 7, "safety": safety},
        created_at=timezone.now(),
    )
    Conversation.objects.filter(pk=conversation.pk).update(
        attention=Conversation.Attention.REPLY_HELD, attention_at=timezone.now()
    )
    basis = [{"title": "Terms", "url": "", "text": "No refunds.", "score": 0.83}]
    return Review.objects.create(
        tenant=company.tenant, conversation=conversation, message=message, why=why, drafted=body, basis=basis
    )


def api(client: Client, company: Company, review: Review, role: str = "manager", **body: Any) -> Any:
    return client.post(
        f"/api/reviews/{review.pk}",
        body,
        content_type="application/json",
        headers=bearer(company.member(role)),
    )


def test_s12_a_manager_sees_what_waits_and_why(acme: Company) -> None:
    review = hold(acme)
    page = signed_in(acme.manager).get("/reviews")
    words = page.content.decode()
    assert '<mark title="Blocked">your money back</mark>' in words
    assert "No refunds." in words
    assert "Hello Acme" in words, "what the visitor asked"
    assert f"/reviews/{review.pk}/decision" in words


@pytest.mark.parametrize(("role", "status"), [("agent", 403), ("manager", 200), ("admin", 200), ("owner", 200)])
def test_s12_the_queue_is_for_managers(acme: Company, role: Role, status: int) -> None:
    hold(acme)
    assert signed_in(acme.member(role)).get("/reviews").status_code == status
    assert Client().get("/api/reviews", headers=bearer(acme.member(role))).status_code == status
    rail = signed_in(acme.member(role)).get("/inbox").content.decode()
    assert ("Held for review" in rail) == (status == 200)


def test_s12_another_tenants_review_is_not_found(acme: Company, globex: Company, client: Client) -> None:
    review = hold(acme)
    assert signed_in(globex.owner).get(f"/reviews/{review.pk}").status_code == 404
    assert signed_in(globex.owner).post(f"/reviews/{review.pk}/decision", {"decision": "release"}).status_code == 404
    assert api(client, globex, review, decision="release").status_code == 404
    assert Client().get("/api/reviews", headers=bearer(globex.owner)).json()["total"] == 0
    review.refresh_from_db()
    assert review.decision == ""


def test_s12_releasing_sends_it_now_and_calms_the_inbox(acme: Company, client: Client) -> None:
    review = hold(acme)
    before = review.message.created_at
    answer = api(client, acme, review, decision="release").json()
    assert (answer["decision"], answer["message"]["state"], answer["message"]["message"]) == ("release", "sent", DRAFT)
    message = Message.objects.get(pk=review.message_id)
    assert message.created_at > before, "it stands where the visitor gets it"
    conversation = Conversation.objects.get(pk=acme.conversation.pk)
    assert (conversation.attention, conversation.ai_paused, conversation.preview) == ("", False, DRAFT)
    assert [e.type for e in Event.objects.for_tenant(acme.tenant)] == ["conversation:updated", "message:new"]


def test_s12_editing_sends_the_persons_words(acme: Company, client: Client) -> None:
    review = hold(acme)
    refused = api(client, acme, review, decision="edit")
    assert refused.status_code == 400
    assert "message" in refused.json()["error"]["fields"]
    answer = api(client, acme, review, decision="edit", message="We look into it.").json()
    assert (answer["drafted"], answer["message"]["message"]) == (DRAFT, "We look into it.")
    assert answer["message"]["metadata"]["edited"] is True


def test_s12_what_is_discarded_stays_unseen(acme: Company, client: Client) -> None:
    review = hold(acme)
    assert api(client, acme, review, decision="discard").json()["message"]["state"] == "discarded"
    assert not Message.objects.for_visitor().filter(pk=review.message_id).exists()
    event = Event.objects.for_tenant(acme.tenant).get(type="message:held")
    assert event.data["state"] == "discarded"


def test_s12_nobody_decides_twice(acme: Company, client: Client) -> None:
    review = hold(acme)
    assert api(client, acme, review, decision="discard").status_code == 200
    late = api(client, acme, review, role="owner", decision="release")
    assert late.status_code == 400
    assert late.json()["error"]["message"] == "Somebody has decided about this reply already."
    assert Message.objects.get(pk=review.message_id).state == Message.State.DISCARDED
    page = signed_in(acme.owner).post(f"/reviews/{review.pk}/decision", {"decision": "release"}, follow=True)
    assert "was faster: this reply is discarded already." in page.content.decode()


def test_s12_of_two_who_decide_at_once_one_does(transactional_db: None, acme: Company) -> None:
    review = hold(acme)
    gate, outcomes = threading.Barrier(2), []

    def decide(decision: Review.Decision, by: Any) -> None:
        mine = Review.objects.select_related("message").get(pk=review.pk)
        gate.wait(10)
        try:
            reviews.decide(review=mine, by=by, decision=decision)
            outcomes.append(decision)
        except reviews.NotHeld:
            outcomes.append(None)
        finally:
            connection.close()

    pairs = [(Review.Decision.RELEASE, acme.manager), (Review.Decision.DISCARD, acme.owner)]
    threads = [threading.Thread(target=decide, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    review.refresh_from_db()
    assert sorted(map(str, outcomes)) == sorted([str(review.decision), "None"])
    state = {"release": Message.State.SENT, "discard": Message.State.DISCARDED}[review.decision]
    assert Message.objects.get(pk=review.message_id).state == state


def test_b05_releasing_after_a_person_spoke_is_that_persons_act(acme: Company, client: Client) -> None:
    review = hold(acme)
    post_reply(conversation=acme.conversation, by=acme.agent, text="I am here.")
    assert api(client, acme, review, decision="release").status_code == 200
    said = [m.body for m in Message.objects.filter(conversation=acme.conversation).in_order()]
    assert said[-2:] == ["I am here.", DRAFT]
    assert Conversation.objects.get(pk=acme.conversation.pk).ai_paused, "the person keeps the conversation"


def test_s12_a_closed_conversation_takes_no_release(acme: Company, client: Client) -> None:
    review = hold(acme)
    close_conversation(conversation=acme.conversation, by=acme.agent)
    refused = api(client, acme, review, decision="release")
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_request")
    review.refresh_from_db()
    assert review.decision == "", "the decision is undone with the rest"
    assert api(client, acme, review, decision="discard").status_code == 200


def test_s12_the_page_goes_on_to_the_next_one(acme: Company) -> None:
    first = hold(acme)
    second = hold(acme, "Another one", why="always")
    manager = signed_in(acme.manager)
    editing = manager.get(f"/reviews/{first.pk}?edit=1").content.decode()
    assert "Send to the visitor" in editing
    empty = manager.post(f"/reviews/{first.pk}/decision", {"decision": "edit", "message": "  "})
    assert empty.status_code == 422
    done = manager.post(f"/reviews/{first.pk}/decision", {"decision": "edit", "message": "No."})
    assert done["Location"] == f"/reviews/{second.pk}"
    last = manager.post(f"/reviews/{second.pk}/decision", {"decision": "release"}, follow=True)
    assert "Nothing is held" in last.content.decode()
    assert "Decided today" in last.content.decode()
    assert manager.get("/reviews/count").json() == {"held": 0}


def test_s12_the_fragment_is_the_page_without_its_frame(acme: Company) -> None:
    hold(acme)
    words = signed_in(acme.manager).get("/reviews", headers={"HX-Request": "true"}).content.decode()
    assert words.lstrip().startswith("<section")
    assert "review-list" in words


def test_s12_the_visitors_stream_gets_what_was_released_and_nothing_else(acme: Company, client: Client) -> None:
    released, discarded = hold(acme), hold(acme, "Not this")
    api(client, acme, released, decision="edit", message="In other words.")
    api(client, acme, discarded, decision="discard")
    from conversations import log

    told = [told for frame in log.read(acme.tenant.pk, 0, 50) for told in _told(frame)[0]]
    assert len(told) == 1
    assert b"In other words." in told[0]
    assert b"safety" not in told[0]
    assert b"money back" not in told[0]


def test_s12_the_lists_cost_the_same_however_long(acme: Company, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        hold(acme, f"Reply {number}")
    manager = signed_in(acme.manager)
    manager.get("/reviews")
    with django_assert_max_num_queries(14):
        manager.get("/reviews")
    shown = Client().get("/api/reviews?limit=5", headers=bearer(acme.manager)).json()
    assert (len(shown["reviews"]), shown["total"]) == (5, 12)


@pytest.fixture
def acme(world: World) -> Company:
    return world.acme
