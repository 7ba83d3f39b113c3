"""Every error leads to its paragraph, and the pages to read are open to all."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from autochat import guide
from tests.world import Company, signed_in

CODES = [
    "invalid_request",
    "no_assistant",
    "token_missing",
    "token_invalid",
    "token_expired",
    "token_revoked",
    "domain_not_authorized",
    "forbidden",
    "widget_not_found",
    "not_found",
    "message_in_progress",
    "method_not_allowed",
    "not_acceptable",
    "precondition_failed",
    "payload_too_large",
    "unsupported_media_type",
    "usage_limit_exceeded",
    "rate_limited",
    "assistant_misconfigured",
    "server_error",
    "voice_not_configured",
]


@pytest.mark.parametrize("code", CODES)
def test_s25_each_code_has_its_paragraph(client: Client, db: None, code: str) -> None:
    assert f'id="{code}"' in client.get("/help").content.decode()


def test_s25_an_error_links_to_its_paragraph(client: Client, db: None, settings: object) -> None:
    error = client.get("/api/users").json()["error"]
    page, _, anchor = error["help"].partition("#")
    assert page.endswith("/help")
    assert anchor in {trouble.anchor for trouble in guide.ERRORS}
    assert re.fullmatch(r"[A-Za-z0-9-]{8,128}", error["request_id"])


def test_b09_each_symptom_that_can_be_looked_for_leads_to_the_doctor(client: Client, acme: Company) -> None:
    page = client.get("/help").content.decode()
    assert "Ask the doctor" not in page
    page = signed_in(acme.agent).get("/help").content.decode()
    for trouble in (*guide.ERRORS, *guide.SYMPTOMS):
        if trouble.doctor:
            paragraph = page.partition(f'<article class="card trouble" id="{trouble.anchor}">')[2].partition(
                "</article>"
            )[0]
            assert f'href="/settings/doctor#{trouble.doctor}"' in paragraph
    unseen = {trouble.anchor for trouble in guide.SYMPTOMS if not trouble.doctor}
    assert unseen == {"assistant-does-not-know", "no-mail", "crawler"}  # ours; the troubleshooting guide knows none


def test_anchors_are_unique() -> None:
    anchors = [trouble.anchor for trouble in (*guide.ERRORS, *guide.SYMPTOMS)]
    assert len(anchors) == len(set(anchors))


def test_the_api_is_documented_from_its_schema(client: Client, db: None) -> None:
    page = client.get("/api/docs").content.decode()
    schema = client.get("/api/schema", headers={"Accept": "application/vnd.oai.openapi+json"}).json()
    assert schema["openapi"].startswith("3.1")
    for path in schema["paths"]:
        assert path in page
    assert "/api/auth/token" in schema["paths"]


@pytest.mark.parametrize("page", ["/help", "/api/docs"])
def test_pages_to_read_need_no_database_row_and_no_inline_code(
    client: Client, db: None, page: str, django_assert_num_queries: object
) -> None:
    answer = client.get(page)
    content = answer.content.decode()
    assert answer.status_code == 200
    assert " style=" not in content
    assert not re.search(r"<script(?![^>]*\ssrc=)", content)
