"""Every address at which something of a company's settings is changed, how it is called, and what the log says then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.test import Client
from django.utils import timezone

from assistants import roster
from assistants.knowledge import add_source
from assistants.models import Assistant, KnowledgeSource, ProviderKey, RoutingRule, Tool
from conversations.models import Contact
from tenants import api_tokens, grain, invitations
from tenants.access import staff_membership
from tenants.models import ApiToken, Grain, Invitation, Role, Tenant, User, Verb
from tests import factories
from tests.assistants.editing import edit_url, mark_of, save_draft
from tests.assistants.tooling import make_tool
from tests.factories import PASSWORD
from tests.tracking.endpoints import RATED, make_signed_endpoint, tell
from tests.world import Company, World, bearer, signed_in
from tracking import mapping_forms
from tracking.models import Delivery, WebhookEndpoint
from widgets import sites, tokens
from widgets.models import AllowedDomain, WidgetToken

SWITCH = "widget_tracking_snippet_builder_enabled"
TOOL = {"name": "order_status", "description": "Looks.", "method": "GET", "url": "https://api.acme.example/x"}
RULE = {"name": "Sales", "priority": 10, "keywords": ["price"], "target": "people"}
RULE_FORM = RULE | {"keywords": "price", "active": "on"}
FIELDS = [{"key": "budget", "label": "Budget", "type": "number", "required": True}]


@dataclass
class House:
    """A company with one of everything that can be changed, and who may call."""

    company: Company
    staff: Client
    invitation: Invitation
    rule: RoutingRule
    tool: Tool
    source: KnowledgeSource
    key: ProviderKey
    token: WidgetToken
    api_token: ApiToken
    domain: AllowedDomain
    endpoint: WebhookEndpoint
    delivery: Delivery
    switch: Grain
    bot: Assistant
    contact: Contact

    @property
    def owner(self) -> Client:
        return signed_in(self.company.owner)

    @property
    def tenant(self) -> Tenant:
        return self.company.tenant

    def ids(self) -> dict[str, object]:
        """What stands in the addresses, by its name there."""
        return {
            "user_id": self.company.agent.user_id,
            "invitation_id": self.invitation.pk,
            "assistant_id": self.bot.pk,
            "rule_id": self.rule.pk,
            "tool_id": self.tool.pk,
            "source_id": self.source.pk,
            "key_id": self.key.pk,
            "token_id": self.token.pk,
            "api_token_id": self.api_token.pk,
            "domain_id": self.domain.pk,
            "endpoint_id": self.endpoint.pk,
            "delivery_id": self.delivery.pk,
            "grain_id": self.switch.pk,
            "contact_id": self.contact.pk,
            "event_type": RATED,
            "key": SWITCH,
            "which": "is_default",
            "number": 1,
        }


def build(world: World) -> House:
    """Furnish acme."""
    company = world.acme
    tenant = company.tenant
    factories.make_plan("business")
    endpoint, _ = make_signed_endpoint(tenant, "https://hooks.acme.example/in", description="CRM")
    tell(tenant)
    Delivery.objects.update(state=Delivery.State.DEAD, created_at=timezone.now() - timedelta(hours=1))
    key = roster.new_key(tenant=tenant, secret="sk-0123456789abcdef", label="Company account")
    key.save()
    staff = signed_in(world.staff)
    staff.post("/switch", {"tenant": str(tenant.pk)})
    bot = factories.make_assistant(tenant, "Bot", is_default=False, is_default_chat=False, provider="openai")
    return House(
        company=company,
        staff=staff,
        invitation=invitations.invite(tenant=tenant, email="new@acme.example", role=Role.AGENT, by=company.owner),
        rule=RoutingRule.objects.create(tenant=tenant, name="Old rule", target="people"),
        tool=make_tool(bot, "https://api.acme.example/orders", name="old_tool", headers={"Authorization": "hush"}),
        source=add_source(tenant=tenant, kind="faq", title="Delivery?", body="Five days."),
        key=key,
        token=tokens.issue(tenant=tenant, label="Website")[0],
        api_token=api_tokens.issue(by=company.owner, label="CRM sync", role=Role.ADMIN, lifetime=None)[0],
        domain=sites.allow_domain(tenant=tenant, domain="www.acme.example"),
        endpoint=endpoint,
        delivery=Delivery.objects.get(),
        switch=grain.put(SWITCH, False, tenant=tenant),
        bot=bot,
        contact=factories.make_contact(tenant, name="Nadia", email="nadia@customers.example"),
    )


Body = dict[str, Any] | Callable[[House], dict[str, Any]]


@dataclass(frozen=True)
class Door:
    """One way to change something: `method` and `route` as the URL map has them, and what the log is to say."""

    method: str
    route: str
    verb: Verb
    body: Body = field(default_factory=dict)
    query: str = ""
    ids: Callable[[House], dict[str, object]] = lambda _: {}
    by: str = "owner"

    def __str__(self) -> str:
        return f"{self.method} {self.route}{self.query}"

    def prepare(self, house: House) -> Callable[[], Any]:
        """Do what comes before, and give the call that changes something: as a person would make it, or a program."""
        body = self.body(house) if callable(self.body) else self.body
        ids = house.ids() | self.ids(house)
        url = "/" + "/".join(_filled(part, ids) for part in self.route.split("/")) + self.query
        options: dict[str, Any] = {}
        browser = house.staff if self.by == "staff" else signed_in(house.company.owner)
        if self.route.startswith("api/"):
            who = house.company.owner
            if self.by == "staff":
                who = staff_membership(User.objects.get(is_staff=True), house.tenant.pk) or who
            options = (
                {"content_type": "application/json", "headers": bearer(who)}
                if self.method != "GET"
                else {"headers": bearer(who)}
            )
            browser = Client()
        return lambda: getattr(browser, self.method.lower())(url, body, **options)


def _filled(part: str, ids: dict[str, object]) -> str:
    if not part.startswith("<"):
        return part
    name, _, rest = part.strip("<").partition(">")
    return quote(str(ids[name.partition(":")[2]])) + rest


def _publishable(house: House) -> dict[str, Any]:
    """What the page of publishing sends, for a draft."""
    save_draft(house.owner, house.bot, prompt="Be kind.")
    page = house.owner.get(f"/assistants/{house.bot.pk}/publication")
    return {"mark": mark_of(page), "note": "Kinder"}


def _published(house: House) -> dict[str, Any]:
    house.owner.post(f"/assistants/{house.bot.pk}/publication", _publishable(house))
    return {}


def _with_new_key(house: House) -> dict[str, Any]:
    mark = mark_of(house.owner.get(edit_url(house.bot)))
    return {"name": "Bot", "provider": "openai", "mark": mark, "new_key": "sk-another-secret-0123"}


def _with_key(house: House) -> dict[str, Any]:
    Assistant.objects.filter(pk=house.bot.pk).update(provider_key=house.key)
    return {}


def _archived(house: House) -> dict[str, Any]:
    Assistant.objects.filter(pk=house.bot.pk).update(active=False)
    return {}


def _mappings(house: House) -> dict[str, Any]:
    """The form with its first switch turned off."""
    form = mapping_forms.rows(house.tenant)[0]
    return {f"{form.prefix}-emit_browser": "", f"initial-{form.prefix}-emit_browser": "True"} | {
        f"initial-{form.prefix}-{name}": "" for name in ("conversion_value", "currency")
    }


def _pk(name: str) -> Callable[[House], dict[str, object]]:
    """Two things of the widget's are called `pk` in their addresses."""
    return lambda house: {"pk": getattr(house, name).pk}


def _other(house: House) -> dict[str, object]:
    """Another contact, to be merged."""
    other = factories.make_contact(house.tenant, name="N. Ferrer")
    return {"with": str(other.pk), "name": "other", "email": "kept", "phone": "kept", "company": "kept"}


def _merged(house: House) -> dict[str, object]:
    """Another address that leads to the contact."""
    other = Contact.objects.create(tenant=house.tenant, email="old@customers.example", merged_into=house.contact)
    return {"address_id": other.pk}


ENDPOINT = {"url": "https://new.acme.example/in", "events": [RATED], "description": "CRM"}
KEY = {"label": "Second", "key": "sk-second-0123456789"}
V = Verb
DOORS = [
    # People, the company, its plan
    Door("POST", "settings/company", V.COMPANY_CHANGED, {"name": "Acme Ltd", "timezone": "UTC"}),
    Door("POST", "settings/people", V.INVITATION_SENT, {"email": "x@acme.example", "role": "agent"}),
    Door("POST", "settings/people/<uuid:user_id>/role", V.MEMBER_ROLE_CHANGED, {"role": "admin"}),
    Door("POST", "settings/people/<uuid:user_id>/removal", V.MEMBER_REMOVED),
    Door("POST", "settings/invitations/<uuid:invitation_id>/renewal", V.INVITATION_RENEWED),
    Door("POST", "settings/invitations/<uuid:invitation_id>/withdrawal", V.INVITATION_WITHDRAWN),
    Door("POST", "settings/usage/plan", V.PLAN_CHANGED, {"plan": "business"}),
    Door("POST", "settings/usage/overage", V.PLAN_CHANGED, {"allowed": "on"}),
    Door("POST", "companies", V.COMPANY_FOUNDED, {"company": "Side business"}),
    Door("PATCH", "api/users/<uuid:user_id>", V.MEMBER_ROLE_CHANGED, {"role": "admin"}),
    Door("DELETE", "api/users/<uuid:user_id>", V.MEMBER_REMOVED),
    Door("POST", "api/invitations", V.INVITATION_SENT, {"email": "x@acme.example"}),
    Door("PATCH", "api/invitations/<uuid:invitation_id>", V.INVITATION_RENEWED, {"role": "manager"}),
    Door("DELETE", "api/invitations/<uuid:invitation_id>", V.INVITATION_WITHDRAWN),
    Door(
        "POST",
        "accounts/password/change/",
        V.ACCOUNT_PASSWORD_CHANGED,
        {"oldpassword": PASSWORD, "password1": "another long one", "password2": "another long one"},
    ),
    Door("POST", "accounts/email/", V.ACCOUNT_EMAIL_CHANGED, {"action_add": "", "email": "second@acme.example"}),
    Door("POST", "settings/tokens", V.API_TOKEN_ISSUED, {"label": "Shop", "role": "agent", "days": 30}),
    Door("POST", "settings/tokens/<uuid:api_token_id>/revocation", V.API_TOKEN_REVOKED),
    Door("POST", "api/tokens", V.API_TOKEN_ISSUED, {"label": "Shop", "role": "manager", "expires_in": None}),
    Door("PATCH", "api/tokens/<uuid:api_token_id>", V.API_TOKEN_RENAMED, {"label": "Shop"}),
    Door("DELETE", "api/tokens/<uuid:api_token_id>", V.API_TOKEN_REVOKED),
    # The platform's switches
    Door("POST", "settings/grain", V.GRAIN_SET,
         lambda house: {"key": SWITCH, "value": "true", "tenant": str(house.tenant.pk)}, by="staff"),
    Door("POST", "settings/grain/<uuid:grain_id>/removal", V.GRAIN_REMOVED, by="staff"),
    Door("PUT", "api/grain/<str:key>", V.GRAIN_SET, {"value": True}, by="staff"),
    Door("DELETE", "api/grain/<str:key>", V.GRAIN_REMOVED, by="staff", ids=lambda house: _platform_switch()),
    # The widget
    Door("POST", "settings/widget", V.WIDGET_CHANGED, {
        "primary_color": "#112233", "position": "top-left", "theme": "dark", "locale": "auto", "greeting_message": "Hi",
    }, query="?tab=appearance"),
    Door("POST", "settings/widget", V.WIDGET_CHANGED, {"human_only": "on"}, query="?tab=behaviour"),
    Door("POST", "settings/widget/tokens", V.WIDGET_TOKEN_ISSUED, {"label": "Shop", "days": 30}),
    Door("POST", "settings/widget/tokens/<uuid:token_id>/revocation", V.WIDGET_TOKEN_REVOKED),
    Door("POST", "settings/widget/domains", V.DOMAIN_ADDED, {"domain": "shop.acme.example"}),
    Door("POST", "settings/widget/domains/<uuid:domain_id>/removal", V.DOMAIN_REMOVED),
    Door("PATCH", "api/widget", V.WIDGET_CHANGED, {"theme": "dark", "prechat": {"required": ["email"]}}),
    Door("POST", "api/widget/domains", V.DOMAIN_ADDED, {"domain": "shop.acme.example"}),
    Door("PATCH", "api/widget/domains/<uuid:pk>", V.DOMAIN_CHANGED, {"domain": "x.acme.example"}, ids=_pk("domain")),
    Door("DELETE", "api/widget/domains/<uuid:pk>", V.DOMAIN_REMOVED, ids=_pk("domain")),
    Door("POST", "api/widget/tokens", V.WIDGET_TOKEN_ISSUED, {"label": "Shop"}),
    Door("PATCH", "api/widget/tokens/<uuid:pk>", V.WIDGET_TOKEN_RENAMED, {"label": "Shop"}, ids=_pk("token")),
    Door("DELETE", "api/widget/tokens/<uuid:pk>", V.WIDGET_TOKEN_REVOKED, ids=_pk("token")),
    # Assistants, and who answers
    Door("POST", "assistants/new", V.ASSISTANT_CREATED, {"name": "Nova", "provider": "knowledge"}),
    Door("POST", "assistants/<uuid:assistant_id>", V.PROVIDER_KEY_ADDED, _with_new_key),
    Door("POST", "assistants/<uuid:assistant_id>/publication", V.ASSISTANT_PUBLISHED, _publishable),
    Door("POST", "assistants/<uuid:assistant_id>/versions/<int:number>/return", V.ASSISTANT_PUBLISHED, _published),
    Door("POST", "assistants/<uuid:assistant_id>/archiving", V.ASSISTANT_ARCHIVED),
    Door("POST", "assistants/<uuid:assistant_id>/restoring", V.ASSISTANT_RESTORED, _archived),
    Door("POST", "assistants/<uuid:assistant_id>/star/<str:which>", V.ASSISTANT_DEFAULT_SET),
    Door("POST", "assistants/<uuid:assistant_id>/star/<str:which>", V.ASSISTANT_DEFAULT_UNSET, {"away": "1"},
         ids=lambda house: {"assistant_id": house.company.assistant.pk}),
    Door("POST", "assistants/<uuid:assistant_id>/key/removal", V.PROVIDER_KEY_REMOVED, _with_key),
    Door("POST", "assistants/<uuid:assistant_id>/handoff", V.ASSISTANT_HANDOFF_CHANGED,
         {"on_person": "on", "target": "people", "style": "announce", "most": 3}),
    Door("POST", "assistants/<uuid:assistant_id>/tools", V.ASSISTANT_TOOLS_CHANGED, {"hand_over": "on"}),
    Door("POST", "assistants/<uuid:assistant_id>/dialogues/blocking", V.ASSISTANT_GATE_CHANGED, {"blocks": "on"}),
    Door("POST", "api/assistants", V.ASSISTANT_CREATED, {"name": "Nova", "provider": "knowledge"}),
    Door("PATCH", "api/assistants/<uuid:assistant_id>", V.ASSISTANT_PUBLISHED, {"prompt": "Be kind."}),
    Door("PATCH", "api/assistants/<uuid:assistant_id>", V.ASSISTANT_ARCHIVED, {"active": False}, query="?archiving"),
    Door("PATCH", "api/assistants/<uuid:assistant_id>", V.ASSISTANT_DEFAULT_SET, {"is_default": True}, query="?star"),
    Door("DELETE", "api/assistants/<uuid:assistant_id>", V.ASSISTANT_DELETED),
    Door("POST", "assistants/routing/new", V.ROUTING_CREATED, RULE_FORM),
    Door("POST", "assistants/routing/<uuid:rule_id>", V.ROUTING_CHANGED, RULE_FORM),
    Door("POST", "assistants/routing/<uuid:rule_id>/switch", V.ROUTING_CHANGED, {"active": ""}),
    Door("POST", "assistants/routing/<uuid:rule_id>/removal", V.ROUTING_DELETED),
    Door("POST", "api/routing-rules", V.ROUTING_CREATED, RULE),
    Door("PATCH", "api/routing-rules/<uuid:rule_id>", V.ROUTING_CHANGED, {"priority": 90}),
    Door("DELETE", "api/routing-rules/<uuid:rule_id>", V.ROUTING_DELETED),
    Door("POST", "assistants/tools/new", V.TOOL_CREATED, TOOL),
    Door("POST", "assistants/tools/<uuid:tool_id>", V.TOOL_CHANGED, TOOL),
    Door("POST", "assistants/tools/<uuid:tool_id>/switch", V.TOOL_CHANGED, {"active": ""}),
    Door("POST", "assistants/tools/<uuid:tool_id>/removal", V.TOOL_DELETED),
    # What they say and know
    Door("POST", "assistants/safety", V.SAFETY_CHANGED, {"blocked_keywords": "lawsuit"}),
    Door("POST", "assistants/safety/holding", V.SAFETY_CHANGED, {"minutes": 5, "text": "One moment."}),
    Door("PUT", "api/safety", V.SAFETY_CHANGED, {"blocked_keywords": ["lawsuit"]}),
    Door("POST", "assistants/knowledge/new", V.KNOWLEDGE_ADDED, {"title": "Returns?", "body": "30 days."}),
    Door("POST", "assistants/knowledge/import", V.KNOWLEDGE_ADDED, {"text": "Q: Shop?\nA: Yes.\nQ: Car park?\nA: No."}),
    Door("POST", "assistants/knowledge/<uuid:source_id>", V.KNOWLEDGE_CHANGED, {"title": "Delivery?", "body": "Six."}),
    Door("POST", "assistants/knowledge/<uuid:source_id>/removal", V.KNOWLEDGE_REMOVED),
    Door("POST", "api/knowledge", V.KNOWLEDGE_ADDED, {"title": "Returns?", "body": "30 days."}),
    Door("POST", "api/knowledge", V.KNOWLEDGE_ADDED, {"kind": "page", "url": "https://acme.example/"}, query="?page"),
    Door("PATCH", "api/knowledge/<uuid:source_id>", V.KNOWLEDGE_CHANGED, {"body": "Six days."}),
    Door("DELETE", "api/knowledge/<uuid:source_id>", V.KNOWLEDGE_REMOVED),
    # Keys and money
    Door("POST", "settings/byok/new", V.PROVIDER_KEY_ADDED, KEY | {"untested": "1"}),
    Door("POST", "settings/byok/<uuid:key_id>", V.PROVIDER_KEY_CHANGED, {"label": "Renamed"}),
    Door("POST", "settings/byok/<uuid:key_id>/rotation", V.PROVIDER_KEY_ROTATED, KEY | {"untested": "1"}),
    Door("POST", "settings/byok/<uuid:key_id>/removal", V.PROVIDER_KEY_REMOVED),
    Door("POST", "api/provider-keys", V.PROVIDER_KEY_ADDED, KEY),
    Door("PATCH", "api/provider-keys/<uuid:key_id>", V.PROVIDER_KEY_CHANGED, {"label": "Renamed"}),
    Door("PATCH", "api/provider-keys/<uuid:key_id>", V.PROVIDER_KEY_ROTATED, {"key": KEY["key"]}, query="?rotation"),
    Door("DELETE", "api/provider-keys/<uuid:key_id>", V.PROVIDER_KEY_REMOVED),
    Door("POST", "settings/budget", V.BUDGET_CHANGED, {"dollars": "25", "tokens": ""}),
    # Who is told
    Door("POST", "settings/webhooks/new", V.WEBHOOK_CREATED, ENDPOINT),
    Door("POST", "settings/webhooks/<uuid:endpoint_id>", V.WEBHOOK_CHANGED, ENDPOINT),
    Door("POST", "settings/webhooks/<uuid:endpoint_id>/rotation", V.WEBHOOK_ROTATED),
    Door("POST", "settings/webhooks/<uuid:endpoint_id>/status", V.WEBHOOK_PAUSED, {"status": "paused"}),
    Door("POST", "settings/webhooks/<uuid:endpoint_id>/replay", V.WEBHOOK_REPLAYED, {"since": "2020-01-01T00:00"}),
    Door("POST", "settings/webhooks/<uuid:endpoint_id>/failed/replay", V.WEBHOOK_REPLAYED),
    Door("POST", "settings/webhooks/failed/replay", V.WEBHOOK_REPLAYED),
    Door("POST", "settings/webhooks/deliveries/<uuid:delivery_id>/replay", V.WEBHOOK_REPLAYED),
    Door("POST", "settings/webhooks/<uuid:endpoint_id>/removal", V.WEBHOOK_DELETED),
    Door("POST", "api/webhooks", V.WEBHOOK_CREATED, ENDPOINT),
    Door("PATCH", "api/webhooks/<uuid:endpoint_id>", V.WEBHOOK_PAUSED, {"status": "paused"}),
    Door("PATCH", "api/webhooks/<uuid:endpoint_id>", V.WEBHOOK_CHANGED, {"url": ENDPOINT["url"]}, query="?url"),
    Door("DELETE", "api/webhooks/<uuid:endpoint_id>", V.WEBHOOK_DELETED),
    Door("POST", "api/webhooks/<uuid:endpoint_id>/rotate", V.WEBHOOK_ROTATED),
    Door("POST", "api/webhooks/<uuid:endpoint_id>/replay", V.WEBHOOK_REPLAYED, {"since": "2020-01-01T00:00:00Z"}),
    Door("POST", "api/tracking/deliveries/<uuid:delivery_id>/replay", V.WEBHOOK_REPLAYED),
    Door("POST", "settings/widget/tracking/mappings", V.MAPPING_CHANGED, _mappings),
    Door("PUT", "api/tracking/mappings", V.MAPPING_CHANGED,
         {"mappings": [{"event_type": RATED, "emit_browser": False}]}),
    Door("PUT", "api/tracking/mappings/<str:event_type>", V.MAPPING_CHANGED,
         {"conversion_value": "9.50", "currency": "EUR"}),
    Door("POST", "settings/qualification", V.QUALIFICATION_CHANGED, {
        "act": "save", "fields": "1", "f0-label": "Budget", "f0-key": "budget", "f0-type": "number",
    }),
    Door("PUT", "api/tracking/qualification", V.QUALIFICATION_CHANGED, {"fields": FIELDS, "criteria": None}),
    # Who writes
    Door("POST", "contacts/new", V.CONTACT_CREATED, {"name": "Vera", "email": "v@x.example"}),
    Door("POST", "contacts/<uuid:contact_id>", V.CONTACT_CHANGED, {"name": "Nadia Ferrer", "initial-name": "Nadia"}),
    Door("POST", "contacts/<uuid:contact_id>/merge", V.CONTACT_MERGED, _other),
    Door("POST", "contacts/<uuid:contact_id>/addresses/<uuid:address_id>/release", V.CONTACT_RELEASED, ids=_merged),
    Door("POST", "contacts/<uuid:contact_id>/removal", V.CONTACT_DELETED),
    Door("POST", "api/contacts", V.CONTACT_CREATED, {"name": "Vera", "email": "v@x.example"}),
    Door("PATCH", "api/contacts/<uuid:contact_id>", V.CONTACT_CHANGED, {"company": "Ferrer Ltd"}),
    Door("DELETE", "api/contacts/<uuid:contact_id>", V.CONTACT_DELETED),
    # Copies that leave the house
    Door("GET", "inbox/export.csv", V.CONVERSATION_EXPORTED, query="?status=open"),
    Door("GET", "api/conversations/export.csv", V.CONVERSATION_EXPORTED),
    Door("GET", "contacts/export.csv", V.CONTACT_EXPORTED, query="?only=qualified"),
    Door("GET", "settings/audit/export.csv", V.AUDIT_EXPORTED, query="?kind=webhook"),
]  # fmt: skip


def _platform_switch() -> dict[str, object]:
    grain.put(SWITCH, False)
    return {}


CONVERSATION = "What people do in conversations stands in the conversations themselves, with who did it."
TRIAL = "It tries something out and changes nothing."
DIALOGUE = "Saved dialogues and their runs are tests; visitors meet nothing of them."
VISITOR = "A visitor’s own door; nothing of the settings changes there."
SESSION = "Signing in and out, and proving an address, change nothing of a company."
EXEMPT = {
    "inbox/": CONVERSATION,
    "reviews/": CONVERSATION,
    "api/reviews/": CONVERSATION,
    "api/conversations/": CONVERSATION,
    "assistants/summaries/": CONVERSATION,
    "api/widgets/": VISITOR,
    "invitation/": "Recorded as member.joined; it needs a mailed link (tests/tenants/test_audit_people.py).",
    "assistants/dialogues/": DIALOGUE,
    "assistants/<uuid:assistant_id>/dialogues/new": DIALOGUE,
    "assistants/<uuid:assistant_id>/runs": DIALOGUE,
    "assistants/<uuid:assistant_id>/draft/runs": DIALOGUE,
    "assistants/runs/": DIALOGUE,
    "assistants/<uuid:assistant_id>/draft/removal": "A draft is nobody’s answer yet; publishing it is recorded.",
    "assistants/trial": TRIAL,
    "assistants/<uuid:assistant_id>/trial": TRIAL,
    "assistants/safety/trial": TRIAL,
    "assistants/tools/<uuid:tool_id>/test": TRIAL,
    "api/safety/test": TRIAL,
    "settings/byok/<uuid:key_id>/test": TRIAL,
    "api/provider-keys/<uuid:key_id>/test": TRIAL,
    "settings/doctor/page": TRIAL,
    "settings/widget/tracking/snippet": TRIAL,
    "settings/widget/tracking/trial": TRIAL,
    "settings/widget/tracking/container.json": TRIAL,
    "api/tracking/qualification/test": TRIAL,
    "settings/webhooks/<uuid:endpoint_id>/test": TRIAL,
    "api/webhooks/<uuid:endpoint_id>/test": TRIAL,
    "settings/webhooks/health/probes": TRIAL,
    "settings/webhooks/<uuid:endpoint_id>/probe": TRIAL,
    "api/tracking/health/probes": TRIAL,
    "assistants/knowledge/<uuid:source_id>/reading": "The same source is read once more.",
    "api/knowledge/<uuid:source_id>/reading": "The same source is read once more.",
    "settings/profile": "Somebody’s own name; no right depends on it.",
    "switch": "Which company’s pages one looks at.",
    "accounts/": SESSION,
    "api/auth/": SESSION,
}
"""Addresses, or what they begin with, that may change something without an entry; and why."""
