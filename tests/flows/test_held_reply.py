"""A held reply over real HTTP: it waits, a person decides, and the visitor's open stream gets it."""

from __future__ import annotations

import httpx

from assistants.models import Assistant, Review
from tests.dashboard import Dashboard
from tests.servers import Web
from tests.visitor import Visitor
from tests.world import World, bearer


def decide(web: Web, world: World, review: Review, **body: str) -> httpx.Response:
    return httpx.post(f"{web.url}/api/reviews/{review.pk}", json=body, headers=bearer(world.acme.manager), timeout=30)


def test_s12_a_held_reply_reaches_the_visitor_once_released(web: Web, world: World) -> None:
    Assistant.objects.filter(pk=world.acme.assistant.pk).update(review_policy="always")
    visitor = Visitor(web.url, world.acme.tenant)
    told = visitor.say("Hello!", messageId="m-1").json()
    assert (told["message"], told["metadata"]["status"]) == (None, "held")
    assert told["metadata"]["reason"] == "held_for_review"
    assert [m["author"] for m in visitor.history()] == ["visitor"], "what is held isn't the visitor's to see"
    review = Review.objects.select_related("message").get()
    with visitor.follow() as stream:
        assert decide(web, world, review, decision="edit", message="Good morning.").status_code == 200
        heard = stream.next()
        assert (heard.event, heard.data["message"], heard.data["author"]) == ("message", "Good morning.", "assistant")
    assert [m["message"] for m in visitor.history()] == ["Hello!", "Good morning."]
    assert set(visitor.history()[1]) <= {"messageId", "author", "authorName", "message", "createdAt", "sources"}
    assert visitor.say("Hello!", messageId="m-1").json() == told, "a retry is told what the first try was"
    assert decide(web, world, review, decision="discard").status_code == 400


def test_s12_the_dashboard_hears_of_a_held_reply(web: Web, world: World) -> None:
    Assistant.objects.filter(pk=world.acme.assistant.pk).update(review_policy="always")
    visitor = Visitor(web.url, world.acme.tenant)
    with Dashboard(web) as dashboard:
        assert dashboard.sign_in(world.acme.manager)["type"] == "auth:ok"
        visitor.say("Hello!")
        held = dashboard.events(4)[-1]
        assert (held["type"], held["data"]["state"], held["data"]["author"]) == ("message:held", "held", "assistant")
        decide(web, world, Review.objects.get(), decision="release")
        released = dashboard.events(2)[-1]
        assert (released["type"], released["data"]["id"]) == ("message:new", held["data"]["id"])
        assert released["data"]["state"] == "sent"
