"""Nobody sees or changes what isn't theirs: strangers, agents, people who are signed out."""

from __future__ import annotations

import pytest

from conversations.models import Conversation, Event
from tests.conversations.reading import rows_of
from tests.factories import make_conversation
from tests.world import Company, bearer, signed_in

READ = ["/inbox/{}", "/inbox/{}/panes", "/inbox/{}/head", "/inbox/{}/messages", "/inbox/rows/{}"]
ACTS = ["replies", "handover", "return", "closure", "reopening", "assignment", "read"]
API = ["/api/conversations/{}", "/api/conversations/{}/messages"]


def everything_refused(browser, headers, conversation) -> None:
    for url in READ:
        assert browser.get(url.format(conversation.pk)).status_code == 404, url
    for noun in ACTS:
        answer = browser.post(f"/inbox/{conversation.pk}/{noun}", {"message": "Hello", "to": ""})
        assert answer.status_code == 404, noun
    for url in API:
        answer = browser.get(url.format(conversation.pk), headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found"), url
    url = f"/api/conversations/{conversation.pk}"
    assert browser.post(f"{url}/messages", {"message": "Hi"}, "application/json", headers=headers).status_code == 404
    assert browser.patch(url, {"status": "closed"}, "application/json", headers=headers).status_code == 404


def test_another_tenants_conversation_is_not_found(acme: Company, globex: Company):
    before = Conversation.objects.filter(pk=acme.conversation.pk).values().get()
    everything_refused(signed_in(globex.owner), bearer(globex.owner), acme.conversation)
    assert Conversation.objects.filter(pk=acme.conversation.pk).values().get() == before
    assert not Event.objects.filter(tenant=acme.tenant).exists()
    assert acme.conversation.messages.count() == 1


def test_a_colleagues_conversation_is_not_found_for_an_agent(acme: Company):
    theirs = make_conversation(acme.tenant, assigned_to=acme.manager.user)
    everything_refused(signed_in(acme.agent), bearer(acme.agent), theirs)
    browser = signed_in(acme.agent)
    assert str(theirs.pk) not in rows_of(browser.get("/inbox"))
    assert browser.get("/inbox/counts").json()["open"] == 1
    assert browser.get(f"/inbox/rows?assigned_to={acme.manager.user_id}").status_code == 200
    assert rows_of(browser.get(f"/inbox/rows?assigned_to={acme.manager.user_id}")) == []


@pytest.mark.parametrize("role", ["manager", "admin", "owner"])
def test_those_above_see_all(acme: Company, role):
    theirs = make_conversation(acme.tenant, assigned_to=acme.agent.user)
    assert signed_in(acme.member(role)).get(f"/inbox/{theirs.pk}").status_code == 200


def test_a_message_of_another_conversation_is_no_anchor(acme: Company):
    other = make_conversation(acme.tenant).messages.get()
    url = f"/inbox/{acme.conversation.pk}/messages"
    assert signed_in(acme.owner).get(f"{url}?after={other.pk}").status_code == 404


def test_signed_out_people_are_asked_to_sign_in(client, acme: Company):
    for url in ("/inbox", "/inbox/rows", "/inbox/counts", "/inbox/export.csv", *READ):
        answer = client.get(url.format(acme.conversation.pk))
        assert answer.status_code == 302, url
        assert answer["Location"].startswith("/accounts/login/"), url
    answer = client.get("/inbox/rows", headers={"HX-Request": "true"})
    assert (answer.status_code, "HX-Redirect" in answer) == (401, True)
    for url in ("/api/conversations", "/api/conversations/export.csv", *API):
        answer = client.get(url.format(acme.conversation.pk))
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "token_missing"), url


def test_acts_need_the_forms_token(acme: Company):
    browser = signed_in(acme.agent)
    browser.handler.enforce_csrf_checks = True
    for noun in ACTS:
        assert browser.post(f"/inbox/{acme.conversation.pk}/{noun}", {"message": "Hi"}).status_code == 403, noun


@pytest.mark.parametrize("noun", ACTS)
def test_acts_are_no_links(acme: Company, noun):
    assert signed_in(acme.agent).get(f"/inbox/{acme.conversation.pk}/{noun}").status_code == 405


def test_staff_see_what_an_owner_sees(world):
    browser = signed_in(world.staff)
    session = browser.session
    session["tenant_id"] = str(world.acme.tenant.pk)
    session.save()
    assert rows_of(browser.get("/inbox")) == [str(world.acme.conversation.pk)]


def test_the_staffs_lists_open(world):
    browser = signed_in(world.staff)
    for url in (
        "/admin/conversations/conversation/",
        f"/admin/conversations/conversation/{world.acme.conversation.pk}/change/",
        "/admin/conversations/contact/?q=vera@example.com",
    ):
        assert browser.get(url).status_code == 200, url
    assert browser.get("/admin/conversations/conversation/add/").status_code == 403
