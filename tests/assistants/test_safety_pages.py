"""The safety lists over the API and on their page, and the box to try a text in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from assistants import policies
from assistants.models import SafetyMatch, SafetyPolicy
from assistants.safety.policy import SYSTEM, Level
from tenants.models import Role
from tests.assistants.editing import publish, save_draft
from tests.world import Company, World, bearer, signed_in

LISTS = list(policies.FIELDS.values())


@pytest.fixture
def acme(world: World) -> Company:
    return world.acme


def put(company: Company, role: str = "admin", **lists: Any) -> Any:
    return Client().put("/api/safety", lists, content_type="application/json", headers=bearer(company.member(role)))


def test_d10_a_tenant_without_lists_has_the_systems(acme: Company) -> None:
    shown = Client().get("/api/safety", headers=bearer(acme.admin)).json()
    assert [shown[name] for name in LISTS] == [[], [], [], []]
    assert shown["effective"]["escalation_keywords"] == [word.casefold() for word in SYSTEM[Level.ESCALATION]]


def test_d10_lists_are_tidied_merged_and_kept(acme: Company, globex: Company) -> None:
    shown = put(acme, blocked_keywords=["  Wibble ", "wibble", "a  b", "…"]).json()
    assert shown["blocked_keywords"] == ["Wibble", "a b"]
    assert shown["effective"]["blocked_keywords"][-2:] == ["wibble", "a b"]
    put(acme, escalation_keywords=["boss"])
    now = Client().get("/api/safety", headers=bearer(acme.admin)).json()
    assert (now["blocked_keywords"], now["escalation_keywords"]) == (["Wibble", "a b"], ["boss"])
    assert Client().get("/api/safety", headers=bearer(globex.admin)).json()["blocked_keywords"] == []
    put(acme, blocked_keywords=[])
    assert SafetyPolicy.objects.get().blocked_keywords == []


@pytest.mark.parametrize(
    "lists",
    [{"blocked_keywords": "wibble"}, {"blocked_keywords": ["x" * 101]},
     {"escalation_keywords": [f"x{n}" for n in range(501)]},
     {"escalation_keywords": [["x"]]}],
)  # fmt: skip
def test_d10_what_is_no_list_of_keywords_is_refused(acme: Company, lists: dict[str, Any]) -> None:
    refused = put(acme, **lists)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid_request")
    assert not SafetyPolicy.objects.exists()


@pytest.mark.parametrize(("role", "status"), [("agent", 403), ("manager", 403), ("admin", 200), ("owner", 200)])
def test_d10_the_lists_are_for_admins(acme: Company, role: Role, status: int) -> None:
    assert put(acme, role).status_code == status
    assert signed_in(acme.member(role)).get("/assistants/safety").status_code == status
    tried = Client().post(
        "/api/safety/test", {"text": "Hi"}, content_type="application/json", headers=bearer(acme.member(role))
    )
    assert tried.status_code == status


def test_d10_a_text_can_be_tried(acme: Company) -> None:
    put(acme, blocked_keywords=["Wibble"])
    verdict = Client().post(
        "/api/safety/test",
        {"text": "w.i.b.b.l.e, and I want to die"},
        content_type="application/json",
        headers=bearer(acme.admin),
    )
    assert verdict.json() == {
        "as_visitor": "serious",
        "as_reply": "block",
        "matches": [
            {"level": "blocked", "keyword": "wibble", "system": False, "start": 0, "end": 11, "text": "w.i.b.b.l.e"},
            {"level": "serious_high", "keyword": "i want to die", "system": True, "start": 17, "end": 30,
             "text": "I want to die"},
        ],
    }  # fmt: skip


def test_d10_the_page_keeps_lists_one_keyword_a_line(acme: Company) -> None:
    admin = signed_in(acme.admin)
    assert "end my life" in admin.get("/assistants/safety").content.decode(), "the system's list is shown"
    saved = admin.post("/assistants/safety", {"blocked_keywords": "Wibble\r\n\r\n wobble \r\nwibble"}, follow=True)
    assert "The safety lists are saved." in saved.content.decode()
    assert SafetyPolicy.objects.get().blocked_keywords == ["Wibble", "wobble"]
    refused = admin.post("/assistants/safety", {"blocked_keywords": "x" * 101})
    assert refused.status_code == 422
    assert "is longer than 100 characters." in refused.content.decode()
    assert SafetyPolicy.objects.get().blocked_keywords == ["Wibble", "wobble"]


def test_d10_the_box_marks_what_it_finds_and_escapes_the_rest(acme: Company) -> None:
    admin = signed_in(acme.admin)
    words = admin.post("/assistants/safety/trial", {"text": "<script>x</script> I want to d1e"}).content.decode()
    assert '<mark title="Serious, high confidence">I want to d1e</mark>' in words
    assert "<script>" not in words
    assert "no assistant answers, your team takes over" in words
    assert "No keyword matches." in admin.post("/assistants/safety/trial", {"text": "Hello"}).content.decode()


def test_d10_the_page_shows_what_fired_lately(acme: Company, globex: Company) -> None:
    for company in (acme, globex):
        SafetyMatch.objects.create(
            tenant=company.tenant, conversation=company.conversation, message=company.conversation.messages.get(),
            side="visitor", level="serious_high", keyword="i want to die", system=True,
            text=f"{company.tenant.name} wants to die", start=0, end=13, action="serious",
        )  # fmt: skip
    words = signed_in(acme.admin).get("/assistants/safety").content.decode()
    assert "Acme wants to die" in words
    assert "Globex wants" not in words


def test_s12_the_assistants_form_sets_the_review_policy(acme: Company) -> None:
    page = signed_in(acme.admin)
    url = f"/assistants/{acme.assistant.pk}"
    assert "Hold replies for review" in page.get(url).content.decode()
    save_draft(page, acme.assistant, review_policy="always")
    publish(page, acme.assistant)
    acme.assistant.refresh_from_db()
    assert acme.assistant.review_policy == "always"


def test_b06_the_transcript_tells_the_team_what_was_found(acme: Company) -> None:
    message = acme.conversation.messages.get()
    message.metadata = {"safety": [{"text": "i want to d1e", "label": "Serious, high confidence"}]}
    message.save()
    words = signed_in(acme.agent).get(f"/inbox/{acme.conversation.pk}").content.decode()
    assert "“i want to d1e”: serious, high confidence" in words
