"""P10, R6: of secrets, texts and personal addresses that are typed into settings nothing is in the audit log."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from assistants.models import ProviderKey, Tool
from tenants import grain
from tenants.models import ApiToken, AuditEntry
from tests.assistants.editing import publish, save_draft
from tests.house.audit_doors import SWITCH, House, build
from tests.tracking.endpoints import RATED
from tests.world import World, bearer, signed_in
from widgets import tokens
from widgets.models import WidgetToken

SECRET = "sk-PLANTED0123456789abcdef"
TEXT = "PLANTED: call Vera on +43 660 1234567, vera@planted.example"
URL = "https://hooks.acme.example/PLANTED/path?token=PLANTED"  # the host alone is no secret
WORD = "PLANTEDword"


@pytest.fixture
def house(world: World) -> House:
    return build(world)


def written() -> str:
    """All that the log holds, every column."""
    rows = [{name: str(value) for name, value in row.items()} for row in AuditEntry.objects.values()]
    return json.dumps(rows, ensure_ascii=False)


def call(house: House, method: str, path: str, body: Any) -> Any:
    """As a program of acme's."""
    headers = bearer(house.company.owner)
    answer = getattr(Client(), method)(path, body, content_type="application/json", headers=headers)
    assert answer.status_code < 400, (path, answer.content)
    return answer.json() if answer.content else None


def send(house: House, path: str, form: dict[str, Any]) -> Any:
    """As acme's owner in a browser."""
    answer = signed_in(house.company.owner).post(path, form)
    assert answer.status_code < 400, (path, answer.content.decode()[-1000:])
    return answer


def assistants(house: House) -> None:
    texts = {"prompt": TEXT, "greeting": TEXT, "fallback_message": TEXT, "base_url": "https://x.example/PLANTED/v1"}
    call(house, "post", "/api/assistants", {"name": "Nova", "provider": "openai", "model": "m", **texts})
    call(house, "patch", f"/api/assistants/{house.bot.pk}", texts | {"model": "m"})
    owner = signed_in(house.company.owner)
    fields = {"prompt": f"{TEXT} again", "base_url": "", "model": "m", "new_key": SECRET}
    assert save_draft(owner, house.bot, **fields).status_code == 302
    assert publish(owner, house.bot, note=TEXT).status_code == 302
    message = {"on_person": "on", "target": "people", "style": "custom", "message": TEXT, "most": 3, "keywords": WORD}
    send(house, f"/assistants/{house.bot.pk}/handoff", message)
    rule = {"name": "Sales", "priority": 10, "keywords": [WORD], "target": "people"}
    call(house, "post", "/api/routing-rules", rule)
    call(house, "patch", f"/api/routing-rules/{house.rule.pk}", {"keywords": [WORD]})
    call(house, "put", "/api/safety", {"blocked_keywords": [WORD], "escalation_keywords": ["vera@planted.example"]})
    send(house, "/assistants/safety/holding", {"minutes": 5, "text": TEXT})
    assert AuditEntry.objects.filter(verb="assistant.published").count() == 2


def knowledge_and_tools(house: House) -> None:
    call(house, "post", "/api/knowledge", {"title": "Returns?", "body": TEXT})
    call(house, "patch", f"/api/knowledge/{house.source.pk}", {"body": TEXT})
    call(house, "post", "/api/knowledge", {"kind": "page", "url": "https://acme.example/x?token=PLANTED"})
    tool = {"name": "look", "description": TEXT, "method": "GET", "url": URL, "secrets": f"Authorization: {SECRET}"}
    send(house, "/assistants/tools/new", tool)
    send(
        house,
        f"/assistants/tools/{Tool.objects.get(name='look').pk}",
        tool | {"url": f"{URL}2", "secrets": "X-A: PLANTED"},
    )


def keys(house: House) -> None:
    key = {"label": "Second", "key": SECRET, "base_url": "https://x.example/PLANTED/v1"}
    made = call(house, "post", "/api/provider-keys", key)
    call(house, "patch", f"/api/provider-keys/{made['id']}", {"key": f"{SECRET}2", "label": SECRET})
    send(house, f"/settings/byok/{house.key.pk}/rotation", {"key": f"{SECRET}3", "untested": "1"})
    call(house, "delete", f"/api/provider-keys/{made['id']}", {})
    assert ProviderKey.objects.get().last4 == "def3"
    assert "def3" not in written()


def webhooks_and_tracking(house: House) -> None:
    made = call(house, "post", "/api/webhooks", {"url": URL, "events": [RATED], "description": f"{SECRET} CRM"})
    changed = call(house, "post", f"/api/webhooks/{made['id']}/rotate", {})
    call(house, "patch", f"/api/webhooks/{made['id']}", {"url": f"{URL}2"})
    call(house, "delete", f"/api/webhooks/{made['id']}", {})
    for secret in (made["secret"], changed["secret"]):
        assert secret.removeprefix("whsec_")[:12] not in written()
    field = {"key": "town", "label": TEXT[:40], "type": "choice", "choices": [WORD, "other"]}
    criteria = {"field": "town", "operator": "eq", "value": WORD}
    call(house, "put", "/api/tracking/qualification", {"fields": [field], "criteria": criteria})


def widget(house: House) -> None:
    texts = {"greeting_message": TEXT, "away_message": TEXT, "avatar_url": URL, "voice_number": "+43 660 1234567"}
    call(house, "patch", "/api/widget", texts)
    made = call(house, "post", "/api/widget/tokens", {"label": "Shop"})
    row = WidgetToken.objects.get(pk=made["id"])
    for secret in (made["token"], tokens.sign(row), row.jti.hex, str(row.jti), row.prefix):
        assert secret not in written()


def api_tokens(house: House) -> None:
    made = call(house, "post", "/api/tokens", {"label": f"CRM {SECRET}", "role": "admin"})
    call(house, "patch", f"/api/tokens/{made['id']}", {"label": f"CRM {made['token']}"})
    call(house, "delete", f"/api/tokens/{made['id']}", {})
    row = ApiToken.objects.get(pk=made["id"])
    for secret in (made["token"], row.digest, row.prefix, row.last4):
        assert secret not in written()


def people(house: House) -> None:
    form = {"oldpassword": "a long enough password", "password1": f"{WORD} long", "password2": f"{WORD} long"}
    send(house, "/accounts/email/", {"action_add": "", "email": "private@planted.example"})
    send(house, "/accounts/password/change/", form)
    house.company.owner.user.refresh_from_db()
    assert house.company.owner.user.check_password(f"{WORD} long")
    assert house.company.owner.user.password not in written()
    grain.put("unknown_to_us", SECRET, tenant=house.tenant)
    grain.put(SWITCH, True, tenant=house.tenant)


def contacts(house: House) -> None:
    """Who may want to be forgotten long before an entry is."""
    whole = {"name": WORD, "email": "vera@planted.example", "phone": "+43 660 1234567", "company": "PLANTED Ltd"}
    made = call(house, "post", "/api/contacts", whole)
    other = call(house, "post", "/api/contacts", whole | {"email": "v2@planted.example"})
    call(house, "patch", f"/api/contacts/{made['id']}", {"name": f"{WORD} again"})
    form = {"with": other["id"], "name": "other", "email": "other", "phone": "kept", "company": "kept"}
    send(house, f"/contacts/{made['id']}/merge", form)
    send(house, f"/contacts/{made['id']}/removal", {})


def exports(house: House) -> None:
    owner = signed_in(house.company.owner)
    owner.get("/inbox/export.csv", {"q": TEXT})
    owner.get("/contacts/export.csv", {"q": TEXT})
    owner.get("/settings/audit/export.csv", {"q": TEXT})
    told = AuditEntry.objects.filter(verb__endswith="exported").values_list("details", flat=True)
    assert list(told) == [{"filters": ["status", "words"]}, {"filters": ["words"]}, {"filters": ["q"]}]


EVERYWHERE = [
    assistants,
    knowledge_and_tools,
    keys,
    webhooks_and_tracking,
    widget,
    api_tokens,
    people,
    contacts,
    exports,
]


@pytest.mark.parametrize("act", EVERYWHERE)
def test_r6_no_secret_text_or_address_is_in_the_audit_log(house: House, act: Any) -> None:
    before = timezone.now()
    act(house)
    log = written()
    for planted in ("PLANTED", "planted.example", "660 1234567", SECRET[:8]):
        assert planted not in log
    assert AuditEntry.objects.filter(at__gte=before).count() >= 2
