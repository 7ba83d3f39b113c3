"""P8: Settings → API tokens."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.test import Client
from django.utils import timezone

from tenants import api_tokens, services
from tenants.models import ApiToken, Role
from tests.reading import text_of, words_of
from tests.servers import Web
from tests.tenants.api_tokens import issue
from tests.world import Company, World, signed_in

PAGE = "/settings/tokens"
FORM = {"label": "CRM sync", "role": "manager", "days": "90"}


def shown_token(answer: Any) -> str:
    found = re.search(r'<code id="token">(ac_\w+)</code>', answer.content.decode())
    return found[1] if found else ""


def test_p08_a_token_is_shown_once_and_works(acme: Company, client: Client) -> None:
    admin = signed_in(acme.admin)
    answer = admin.post(PAGE, FORM)
    token = shown_token(answer)
    assert api_tokens.is_whole(token)
    assert "no-store" in answer["Cache-Control"]
    assert client.get("/api/conversations", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    row = ApiToken.objects.get()
    assert (row.tenant, row.role, row.created_by) == (acme.tenant, Role.MANAGER, acme.admin.user)
    assert timedelta(days=89) < row.expires_at - timezone.now() <= timedelta(days=90)
    later = admin.get(PAGE)
    assert token[8:-5] not in later.content.decode()
    assert f"{token[:7]}…{token[-4:]}" in words_of(later)
    assert "by Admin of Acme" in words_of(later)


def test_p08_loading_the_answer_again_makes_no_second_token(acme: Company) -> None:
    admin = signed_in(acme.admin)
    admin.post(PAGE, FORM)
    again = admin.post(PAGE, FORM)
    assert again.status_code == 422
    assert "Another API token has this name" in words_of(again)
    assert ApiToken.objects.count() == 1


def test_p08_a_token_can_be_good_for_ever(acme: Company) -> None:
    answer = signed_in(acme.admin).post(PAGE, FORM | {"days": "0"})
    assert api_tokens.is_whole(shown_token(answer))
    assert ApiToken.objects.get().expires_at is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"label": ""}, "This field is required"),
        ({"label": "x" * 81}, "at most 80 characters"),
        ({"role": "owner"}, "owner is not one of the available choices"),
        ({"days": "4000"}, "4000 is not one of the available choices"),
        ({"label": "a\x00b"}, "Null characters are not allowed"),
    ],
)
def test_p08_what_is_wrong_is_said_and_nothing_typed_is_lost(acme: Company, wrong: dict[str, str], words: str) -> None:
    answer = signed_in(acme.admin).post(PAGE, FORM | wrong)
    assert (answer.status_code, words in words_of(answer)) == (422, True)
    assert not ApiToken.objects.exists()
    if "label" not in wrong:
        assert 'value="CRM sync"' in text_of(answer)


def test_p08_when_no_more_fit_the_page_says_what_to_do(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_tokens, "MOST", 1)
    issue(acme)
    answer = signed_in(acme.admin).post(PAGE, FORM | {"label": "Second"})
    assert (answer.status_code, "Revoke one that is not used any more" in words_of(answer)) == (422, True)


def test_p08_revoking_shuts_the_door_at_once(acme: Company, client: Client) -> None:
    row, headers = issue(acme)
    admin = signed_in(acme.admin)
    assert "Revoke “CRM sync”?" in text_of(admin.get(PAGE))
    for words in ("“CRM sync” is revoked", "was revoked before"):
        answer = admin.post(f"{PAGE}/{row.pk}/revocation", follow=True)
        assert words in words_of(answer)
    assert client.get("/api/conversations", headers=headers).status_code == 401
    assert "Revoked lately" in words_of(answer)


def test_p08_the_page_is_for_admins_of_the_company(acme: Company, globex: Company) -> None:
    row, _ = issue(globex)
    assert signed_in(acme.manager).get(PAGE).status_code == 403
    assert signed_in(acme.manager).post(PAGE, FORM).status_code == 403
    owner = signed_in(acme.owner)
    assert "CRM sync" not in words_of(owner.get("/settings/tokens")).replace("such as “CRM sync”", "")
    assert owner.post(f"{PAGE}/{row.pk}/revocation").status_code == 404
    assert Client().get(PAGE).status_code == 302


def test_p08_a_token_whose_issuer_left_is_pointed_out(acme: Company) -> None:
    owner = signed_in(acme.owner)
    api_tokens.issue(by=acme.admin, label="Shop", role=Role.ADMIN, lifetime=None)
    assert "may have kept a copy" not in words_of(owner.get(PAGE))
    services.change_role(membership=acme.admin, role=Role.AGENT, by=acme.owner)
    page = words_of(owner.get(PAGE))
    assert "Somebody may have kept a copy" in page
    assert "by Admin of Acme, now agent" in page
    services.remove_member(membership=acme.admin, by=acme.owner)
    assert "by Admin of Acme, who left" in words_of(owner.get(PAGE))


def test_p08_who_removes_somebody_hears_of_their_tokens(acme: Company) -> None:
    owner, path = signed_in(acme.owner), f"/settings/people/{acme.admin.user_id}/removal"
    api_tokens.issue(by=acme.admin, label="Shop", role=Role.ADMIN, lifetime=None)
    assert "An API token that they issued goes on" in words_of(owner.post(path, follow=True))
    path = f"/settings/people/{acme.manager.user_id}/removal"
    assert "API token that they issued" not in words_of(owner.post(path, follow=True))


def test_p08_of_the_platforms_staff_no_name_is_shown(world: World) -> None:
    staff = signed_in(world.staff)
    staff.post("/switch", {"tenant": str(world.acme.tenant.pk)})
    assert staff.post(PAGE, FORM).status_code == 200
    page = words_of(signed_in(world.acme.owner).get(PAGE))
    assert "by platform staff" in page
    assert "may have kept a copy" not in page


def test_p08_a_token_in_use_that_ends_soon_is_pointed_out(acme: Company) -> None:
    row, _ = issue(acme, lifetime=timedelta(days=3))
    owner = signed_in(acme.owner)
    assert "ends soon" not in words_of(owner.get(PAGE))
    ApiToken.objects.filter(pk=row.pk).update(last_used_at=timezone.now())
    assert "“CRM sync” expires in 3 days" in words_of(owner.get(PAGE))


def test_p08_the_empty_page_says_what_a_token_is_for_and_how_to_call(acme: Company, settings: Any) -> None:
    page = words_of(signed_in(acme.owner).get(PAGE))
    assert "No tokens yet" in page
    assert f'curl "{settings.PUBLIC_URL}/api/conversations?status=open&limit=10"' in page


def test_p08_the_page_costs_the_same_for_one_token_and_for_many(
    acme: Company, django_assert_max_num_queries: Any
) -> None:
    owner, counts = signed_in(acme.owner), []
    for number in range(1, 8, 3):
        for one in range(number, number + 3):
            row, _ = issue(acme, label=str(one))
            if one % 2:
                api_tokens.revoke(row)
        with django_assert_max_num_queries(10) as queries:
            owner.get(PAGE)
        counts.append(len(queries))
    assert len(set(counts)) == 1


@pytest.mark.django_db(transaction=True)
def test_p08_the_examples_work_as_they_are_copied(web: Web, world: World) -> None:
    cookie = signed_in(world.acme.owner).cookies["autochat_session"].value
    page = httpx.get(f"{web.url}{PAGE}", cookies={"autochat_session": cookie}, timeout=30).text
    _, headers = issue(world.acme)
    token = headers["Authorization"].removeprefix("Bearer ")

    def run(example: str, **put: str) -> Any:
        found = re.search(rf'<code id="{example}">(.*?)</code>', page, re.DOTALL)
        assert found
        command = html.unescape(found[1])
        for word, value in put.items():
            command = command.replace(word, value)
        environment = {**os.environ, "AUTOCHAT_TOKEN": token}
        done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, check=True, timeout=30)
        return json.loads(done.stdout)

    listed = run("call")
    assert [row["id"] for row in listed["conversations"]] == [str(world.acme.conversation.pk)]
    recorded = run("set-outcome", CONVERSATION_ID=listed["conversations"][0]["id"])
    assert recorded["success"]
    assert recorded["event_id"]
