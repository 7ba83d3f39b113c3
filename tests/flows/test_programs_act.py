"""P8: a program with an API token acts as a person would, and everywhere it says which program it was."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from assistants.models import AssistantVersion, Review
from conversations.models import Conversation, Message
from tenants import api_tokens, tasks
from tenants.database import close_connections
from tenants.models import ApiToken, AuditEntry, Invitation, Role
from tests.assistants.test_reviews import hold
from tests.house.strangers import addresses, belongings, filled
from tests.reading import words_of
from tests.tenants.api_tokens import issue
from tests.tracking.endpoints import make_signed_endpoint
from tests.widgets.door import Door
from tests.world import Company, World, bearer, signed_in
from tracking.models import EndpointProbe, Outcome

QUOTE = "autochat.quote_requested.v1"


class Program:
    """Calls the dashboard API of a company with a token of its own."""

    def __init__(self, company: Company, role: Role = Role.ADMIN, label: str = "CRM sync") -> None:
        self.token, self.headers = issue(company, role, label)

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        answer = getattr(Client(), method)(f"/api/{path}", headers=self.headers, **sent)
        assert answer.status_code < 400, (path, answer.content)
        return answer.json() if answer.content else None


@pytest.fixture
def crm(acme: Company) -> Program:
    return Program(acme)


def entry(verb: str) -> AuditEntry:
    return AuditEntry.objects.get(verb=verb)


# --- Conversations ----------------------------------------------------------------------------------------------------
def test_p08_a_reply_is_the_programs_and_nobody_is_assigned(acme: Company, crm: Program) -> None:
    path = f"conversations/{acme.conversation.pk}"
    first = crm("post", f"{path}/messages", {"message": "Your order is on its way.", "client_id": "a"})
    again = crm("post", f"{path}/messages", {"message": "Your order is on its way.", "client_id": "a"})
    assert first["message_id"] == again["message_id"]
    said = Message.objects.get(pk=first["message_id"])
    assert (said.author, said.author_user, said.author_name) == ("agent", None, "CRM sync")
    assert said.metadata == {"api_token_id": str(crm.token.pk)}
    now = crm("get", path)
    assert (now["assigned_to"], now["unread"]) == (None, 0)
    acme.conversation.refresh_from_db()
    assert acme.conversation.ai_paused, "as by a person: the assistant doesn't talk across it"
    visitors = Door(acme).get("messages", {"sessionId": acme.conversation.session}).json()["messages"]
    assert (visitors[-1]["authorName"], visitors[-1]["author"]) == ("CRM sync", "agent")
    assert "api_token" not in str(visitors)
    assert "CRM sync" in words_of(signed_in(acme.agent).get(f"/inbox/{acme.conversation.pk}"))


def test_p08_two_programs_and_a_person_may_use_one_client_id(acme: Company, crm: Program) -> None:
    path, body = f"conversations/{acme.conversation.pk}/messages", {"message": "Hello", "client_id": "1"}
    ids = {crm("post", path, body)["message_id"], Program(acme, label="Shop")("post", path, body)["message_id"]}
    answer = Client().post(f"/api/{path}", body, content_type="application/json", headers=bearer(acme.owner))
    assert len(ids | {answer.json()["message_id"]}) == 3


def test_p08_it_opens_closes_and_assigns(acme: Company, crm: Program) -> None:
    path = f"conversations/{acme.conversation.pk}"
    assert crm("patch", path, {"assigned_to": str(acme.agent.user_id)})["assigned_to"] == str(acme.agent.user_id)
    assert crm("patch", path, {"status": "closed"})["status"] == "closed"
    assert crm("patch", path, {"status": "open"})["status"] == "open"
    told = [message["message"] for message in crm("get", f"{path}/messages")["messages"][-2:]]
    assert told == ["CRM sync closed the conversation.", "CRM sync opened the conversation again."]


def test_p08_an_outcome_says_that_a_program_reached_it(acme: Company, crm: Program) -> None:
    crm("post", f"conversations/{acme.conversation.pk}/outcomes", {"event_type": QUOTE})
    outcome = Outcome.objects.get(type=QUOTE)
    assert (outcome.source, outcome.detail["trigger_source"]) == ("api", "api")


def test_p08_a_renamed_program_keeps_its_old_name_where_it_has_acted(acme: Company, crm: Program) -> None:
    path = f"conversations/{acme.conversation.pk}/messages"
    crm("post", path, {"message": "One"})
    api_tokens.rename(crm.token, "Shop")
    crm("post", path, {"message": "Two"})
    assert [m["author_name"] for m in crm("get", path)["messages"][-2:]] == ["CRM sync", "Shop"]


def test_p08_a_held_reply_is_decided_by_it(acme: Company, crm: Program) -> None:
    review = hold(acme)
    shown = crm("post", f"reviews/{review.pk}", {"decision": "release"})
    assert (shown["decided_by"], shown["decided_by_token"]) == (None, "CRM sync")
    released = Message.objects.get(pk=review.message_id)
    assert released.metadata["released_by"] == "CRM sync"
    manager = signed_in(acme.manager)
    assert "Released by CRM sync" in words_of(manager.get(f"/reviews/{review.pk}"))
    late = manager.post(f"/reviews/{review.pk}/decision", {"decision": "discard"}, follow=True)
    assert "CRM sync was faster" in words_of(late)
    assert Review.objects.get().decision == "release"


# --- Settings ---------------------------------------------------------------------------------------------------------
def test_p08_the_audit_log_names_the_program_and_shows_what_it_did(acme: Company, crm: Program) -> None:
    crm("patch", "widget", {"theme": "dark"})
    found = entry("widget.changed")
    assert (found.actor_kind, found.actor, found.actor_token, found.actor_name, found.actor_email) == (
        "api", None, crm.token, "CRM sync", "",
    )  # fmt: skip
    owner = signed_in(acme.owner)
    page = words_of(owner.get("/settings/audit", {"person": str(crm.token.pk)}))
    assert "CRM sync API token" in page
    assert "issued the API token" not in page, "that was the owner"
    assert "CRM sync (API token)" in page, "it can be chosen"
    told = crm("get", f"audit?person={crm.token.pk}")["entries"]
    assert [one["verb"] for one in told] == ["widget.changed"]
    assert told[0]["text"].startswith("CRM sync changed the ")
    assert told[0]["actor"] == {"kind": "api", "id": str(crm.token.pk), "name": "CRM sync", "email": ""}
    api_tokens.revoke(crm.token)
    assert "CRM sync (API token, revoked)" in words_of(owner.get("/settings/audit"))


def test_p08_another_company_finds_nothing_by_its_id(acme: Company, globex: Company, crm: Program) -> None:
    crm("patch", "widget", {"theme": "dark"})
    answer = Client().get(f"/api/audit?person={crm.token.pk}", headers=bearer(globex.owner))
    assert answer.json()["total"] == 0


def test_p08_a_version_says_which_program_published_it(acme: Company, crm: Program) -> None:
    crm("patch", f"assistants/{acme.assistant.pk}", {"prompt": "Be kind."})
    version = AssistantVersion.objects.order_by("-number").first()
    assert version is not None
    assert (version.published_by, version.published_by_token) == (None, "CRM sync")
    assert "CRM sync" in words_of(signed_in(acme.owner).get(f"/assistants/{acme.assistant.pk}/versions"))


def test_p08_an_invitation_says_which_program_invites(
    acme: Company, crm: Program, django_capture_on_commit_callbacks: Any
) -> None:
    made = crm("post", "invitations", {"email": "new@acme.example", "role": "agent"})
    assert (made["invited_by"], made["invited_by_token"]) == (None, "CRM sync")
    tasks.send_invitation(invitation_id=str(Invitation.objects.get().pk))
    assert "CRM sync invites you to join Acme" in mail.outbox[0].body
    assert "Invited by CRM sync" in words_of(signed_in(acme.owner).get("/settings/people"))


def test_p08_a_program_takes_nobodys_ownership(acme: Company, crm: Program) -> None:
    path = f"/api/users/{acme.agent.user_id}"
    sent = {"content_type": "application/json", "headers": crm.headers}
    assert Client().patch(path, {"role": "owner"}, **sent).status_code == 403
    assert Client().delete(f"/api/users/{acme.owner.user_id}", **sent).status_code == 403
    assert crm("patch", path.removeprefix("/api/"), {"role": "manager"})["role"] == "manager"


def test_p08_a_check_says_which_program_asked_for_it(acme: Company, crm: Program) -> None:
    make_signed_endpoint(acme.tenant, "https://hooks.acme.example/in")
    shown = crm("post", "tracking/health/probes", {})
    assert [probe["asked_by"] for probe in shown["probes"]] == ["token"]
    probe = EndpointProbe.objects.get()
    assert (probe.asked_by, probe.asked_by_token, probe.by_warning) == (None, "CRM sync", False)


@pytest.mark.django_db(transaction=True)
def test_p08_every_call_of_the_api_can_be_made_by_a_program(world: World) -> None:
    """Whatever needs a person says so; nothing falls over because there is none."""
    acme, crm = world.acme, Program(world.acme)
    own = belongings(acme, "acmemark")
    client, statuses = Client(raise_request_exception=False), {}
    for pattern in addresses():
        if not pattern.startswith("api/") or pattern.startswith("api/widgets/"):
            continue
        for method in ("get", "post", "put", "patch"):
            sent = {} if method == "get" else {"data": {}, "content_type": "application/json"}
            answer = getattr(client, method)(filled(pattern, own), headers=crm.headers, **sent)
            if method.upper() in answer.headers.get("Allow", ""):
                statuses[f"{method} {pattern}"] = answer.status_code
    close_connections()
    assert [call for call, status in statuses.items() if status >= 500] == []
    forbidden = sorted(call for call, status in statuses.items() if status == 403)
    assert forbidden == FOR_PEOPLE


FOR_PEOPLE = [
    "get api/grain",
    "get api/grain/<str:key>",
    "patch api/tokens/<uuid:api_token_id>",
    "post api/auth/refresh",
    "post api/auth/session",
    "post api/auth/token",
    "post api/tokens",
    "put api/grain/<str:key>",
]


def test_p08_a_programs_last_call_is_the_one_before_it_is_revoked(acme: Company, crm: Program) -> None:
    crm("get", "conversations")
    api_tokens.revoke(ApiToken.objects.get())
    answer = Client().get("/api/conversations", headers=crm.headers)
    assert answer.json()["error"]["code"] == "token_revoked"
    assert Conversation.objects.filter(tenant=acme.tenant).count() == 1
