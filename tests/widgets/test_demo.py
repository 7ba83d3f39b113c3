"""The demo page and the tenant behind it (contract §9)."""

from __future__ import annotations

import json
import re
import stat
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from assistants.models import Assistant, KnowledgeSource
from autochat import demo
from tenants import grain
from tenants.models import Membership, Tenant, User
from widgets import embed, tokens
from widgets.models import WidgetToken


@pytest.fixture
def var(tmp_path, settings):
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def seeded(db, var):
    return demo.seed()


def test_without_a_demo_tenant_there_is_no_demo_page(db):
    assert Client().get("/demo/").status_code == 404
    grain.put("demo_tenant", "nonsense")
    assert Client().get("/demo/").status_code == 404


def test_s03_the_demo_page_is_embedded_by_the_very_snippet_under_a_strict_policy(seeded):
    response = Client().get("/demo/")
    policy = response["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy).group(1)
    snippet = embed.snippet(base_url=settings.PUBLIC_URL, tenant_id=seeded.tenant.pk, token=seeded.token, nonce=nonce)
    assert snippet in response.content.decode()
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert set(directives["script-src"].split()) == {f"'nonce-{nonce}'", settings.PUBLIC_URL}
    assert directives["connect-src"] == settings.PUBLIC_URL
    assert "unsafe" not in policy
    body = response.content.decode()
    assert "style=" not in body
    assert not re.search(r"https?://(?!127\.0\.0\.1)", body)


def test_the_demo_page_says_why_its_chat_is_missing(seeded):
    WidgetToken.objects.for_tenant(seeded.tenant).update(revoked_at=timezone.now())
    response = Client().get("/demo/")
    assert response.status_code == 200
    assert "No widget token is valid" in response.content.decode()
    assert "renderWebWidget" not in response.content.decode()


def test_the_demo_tenant_is_whole(seeded):
    assert grain.value("demo_tenant") == str(seeded.tenant.pk)
    members = Membership.objects.for_tenant(seeded.tenant).select_related("user")
    assert {(m.user.email, m.role) for m in members} == {
        ("owner@demo.example", "owner"),
        ("manager@demo.example", "manager"),
        ("agent@demo.example", "agent"),
    }
    staff = User.objects.get(email="staff@demo.example")
    assert (staff.is_staff, staff.is_superuser, staff.memberships.count()) == (True, True, 0)
    assistant = Assistant.objects.get(tenant=seeded.tenant)
    assert (assistant.provider, assistant.is_default, assistant.is_default_chat) == ("knowledge", True, True)
    sources = KnowledgeSource.objects.for_tenant(seeded.tenant)
    assert sources.filter(kind="faq").count() >= 15
    assert sources.filter(kind="text").count() >= 2
    assert not sources.filter(chunks=None).exists()


def test_what_is_printed_opens(seeded, var):
    lines = seeded.lines().splitlines()
    base = settings.PUBLIC_URL
    assert lines[0] == f"Dashboard  {base}/  owner@demo.example  password {seeded.owner_password}"
    assert lines[1] == f"Staff      {base}/admin/  staff@demo.example  password {seeded.staff_password}"
    assert lines[2] == f"Demo page  {base.replace('127.0.0.1', 'localhost')}/demo/"
    assert lines[3] == (
        f"Try it     curl -X POST {base}/api/widgets/{seeded.tenant.pk}/chat"
        f' -H "Authorization: Bearer {seeded.token}" -H "Content-Type: application/json"'
        """ -d '{"sessionId":"test_session","message":"Hello!"}'"""
    )
    assert Client().login(email="owner@demo.example", password=seeded.owner_password)
    assert Client().login(email="staff@demo.example", password=seeded.staff_password)
    assert stat.S_IMODE((var / "demo.json").stat().st_mode) == 0o600


def test_seeding_again_changes_nothing(seeded, capsys):
    counts = lambda: [model.objects.count() for model in (User, Tenant, WidgetToken, KnowledgeSource)]  # noqa: E731
    before = counts()
    call_command("seed_demo")
    assert capsys.readouterr().out.strip() == seeded.lines()
    assert counts() == before


def test_a_database_that_was_emptied_keeps_the_printed_passwords(seeded):
    Tenant.objects.all().delete()
    User.objects.all().delete()
    again = demo.seed()
    assert (again.owner_password, again.staff_password) == (seeded.owner_password, seeded.staff_password)
    assert Client().login(email="owner@demo.example", password=again.owner_password)


def test_passwords_that_were_lost_are_made_anew(seeded, var):
    (var / "demo.json").unlink()
    again = demo.seed()
    assert again.owner_password != seeded.owner_password
    assert json.loads((var / "demo.json").read_text())["owner@demo.example"] == again.owner_password
    assert Client().login(email="owner@demo.example", password=again.owner_password)


def test_a_token_that_ends_within_a_week_is_replaced(seeded):
    soon = timezone.now() + timedelta(days=6)
    WidgetToken.objects.update(expires_at=soon)
    again = demo.seed()
    assert again.token != seeded.token
    assert tokens.sign(WidgetToken.objects.get(expires_at=soon)) != again.token
    assert demo.seed().token == again.token
