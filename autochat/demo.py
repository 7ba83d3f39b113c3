"""The demo tenant: made once, found again at each start, its data never touched."""

from __future__ import annotations

import json
import os
import secrets
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from assistants.knowledge import add_source
from assistants.models import Assistant, KnowledgeSource
from tenants import grain
from tenants.models import Membership, Role, Tenant, User
from widgets import tokens
from widgets.models import EXPIRY_WARNING, WidgetSettings, WidgetToken

PEOPLE = {
    "owner@demo.example": ("Rosa Lindqvist", Role.OWNER),
    "manager@demo.example": ("Tom Adeyemi", Role.MANAGER),
    "agent@demo.example": ("Mina Park", Role.AGENT),
}
COMPANY = "Moss & Lantern"
COLOUR = "#a3472b"
GREETING = "Hello, and welcome to Moss & Lantern. Ask me about our plants, repotting, delivery or opening hours."
KNOWLEDGE = Path(__file__).with_name("demo_knowledge.md")
STAFF = "staff@demo.example"
TOKEN_LABEL = "Demo page"  # noqa: S105  (a name, no secret)


@dataclass(frozen=True, slots=True)
class Demo:
    """What somebody needs to try everything."""

    tenant: Tenant
    token: str
    owner_password: str
    staff_password: str

    def lines(self) -> str:
        """The four lines of contract §9."""
        base = settings.PUBLIC_URL
        return (
            f"Dashboard  {base}/  owner@demo.example  password {self.owner_password}\n"
            f"Staff      {base}/admin/  {STAFF}  password {self.staff_password}\n"
            f"Demo page  {demo_url()}\n"
            f"Try it     curl -X POST {base}/api/widgets/{self.tenant.pk}/chat"
            f' -H "Authorization: Bearer {self.token}" -H "Content-Type: application/json"'
            ' -d \'{"sessionId":"test_session","message":"Hello!"}\''
        )


def demo_url() -> str:
    """The demo page stands under another host than the dashboard, as a customer's site would."""
    return f"{settings.PUBLIC_URL.replace('//127.0.0.1', '//localhost')}/demo/"


def seed() -> Demo:
    """Make what is missing of the demo tenant; quick when there is nothing to do."""
    passwords = _passwords(Path(settings.VAR_DIR) / "demo.json")
    with transaction.atomic():
        tenant = _tenant() or _make_tenant()
        _make_people(tenant, passwords)
        token = _token(tenant)
    return Demo(
        tenant=tenant,
        token=tokens.sign(token),
        owner_password=passwords["owner@demo.example"],
        staff_password=passwords[STAFF],
    )


def _passwords(path: Path) -> dict[str, str]:
    """The passwords that were printed first; kept for the owner's eyes, so that what is printed stays true."""
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = [email for email in (*PEOPLE, STAFF) if email not in kept]
    if missing:
        kept |= {email: secrets.token_urlsafe(9) for email in missing}
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(kept, indent=2))
        draft.replace(path)
        _set_passwords({email: kept[email] for email in missing})
    return kept


def _set_passwords(passwords: dict[str, str]) -> None:
    """The file was lost and the people weren't: what will be printed has to open their door."""
    for user in User.objects.filter(email__in=passwords):
        user.set_password(passwords[user.email])
        user.save(update_fields=["password"])


def _tenant() -> Tenant | None:
    try:
        return Tenant.objects.filter(pk=uuid.UUID(grain.value("demo_tenant"))).first()
    except ValueError:
        return None


def _make_tenant() -> Tenant:
    tenant = Tenant.objects.create(name=COMPANY, timezone="Europe/London", plan_id="business")
    grain.put("demo_tenant", str(tenant.pk))
    WidgetSettings.objects.create(tenant=tenant, primary_color=COLOUR)
    Assistant.objects.create(
        tenant=tenant,
        name="Fern",
        provider=Assistant.Provider.KNOWLEDGE,
        greeting=GREETING,
        is_default=True,
        is_default_chat=True,
    )
    for title, body in read_knowledge():
        kind = KnowledgeSource.Kind.FAQ if title.endswith("?") else KnowledgeSource.Kind.TEXT
        add_source(tenant=tenant, kind=kind, title=title, body=body, language="english")
    return tenant


def read_knowledge() -> list[tuple[str, str]]:
    """What the company knows: a heading and what stands under it; a question is one with its answer."""
    sections = KNOWLEDGE.read_text(encoding="utf-8").split("## ")[1:]
    parts = [section.partition("\n") for section in sections]
    return [(title.strip(), body.strip()) for title, _, body in parts]


def _make_people(tenant: Tenant, passwords: dict[str, str]) -> None:
    known = set(User.objects.filter(email__in=passwords).values_list("email", flat=True))
    for email, (name, role) in PEOPLE.items():
        if email not in known:
            user = User.objects.create_user(email, passwords[email], name=name)
            Membership.objects.create(tenant=tenant, user=user, role=role)
    if STAFF not in known:
        User.objects.create_superuser(STAFF, passwords[STAFF], name="Platform staff")


def _token(tenant: Tenant) -> WidgetToken:
    """The demo page's token, replaced in time."""
    good_for_now = timezone.now() + EXPIRY_WARNING
    rows = WidgetToken.objects.for_tenant(tenant).valid().filter(label=TOKEN_LABEL, expires_at__gt=good_for_now)
    return rows.newest_first().first() or tokens.issue(tenant=tenant, label=TOKEN_LABEL)[0]
