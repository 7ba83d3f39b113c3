"""A company that has been at work for a while: what its pages look like when there is something on them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.utils import timezone

from assistants.knowledge import add_source
from assistants.models import KnowledgeDocument, KnowledgeSource
from conversations import services
from conversations.contact_services import change_contact, merge_contacts
from conversations.models import Contact, Conversation, Message
from tenants import api_tokens, invitations
from tenants.models import ApiToken, Grain, Membership, Plan, Role, UsagePeriod, User
from tests import factories
from tests.assistants.tooling import allow, make_tool
from tests.tracking.attempts import log_attempts
from tests.tracking.endpoints import make_signed_endpoint
from tests.world import Company
from tracking.models import Answers, Delivery, EndpointProbe, EventType, Outcome, Qualification, WebhookEndpoint
from widgets import tokens
from widgets.models import AllowedDomain

A = Message.Author
LONG_NAME = "Bartholomew Featherstonehaugh-Cholmondeley de la Montagne III"
PEOPLE = {
    "Nadia Ferrer": "Do you ship the oak table to Norway, and what would it cost?",
    LONG_NAME: "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen",
    "ليلى حداد": "مرحباً، هل يمكنني تغيير عنوان التسليم؟",
    "": "hello",
    "Tomasz Wiśniewski": "Is the blue lamp back in stock?",
    "Grace Okafor": "https://shop.example/a/very/long/address/without/any/space/in/it?because=it&has=none",
}
SCRIPT = [
    (A.ASSISTANT, "Yes, we ship to **Norway**:\n\n- 5 to 7 working days\n- 890 NOK\n\nSee `Delivery`."),
    (A.VISITOR, "And if it arrives broken?"),
    (A.ASSISTANT, "Send a photo within 14 days and we replace it."),
    (A.VISITOR, "I would rather speak with a person about that, it is a present and has to be there by the 12th."),
]
ANSWERS = {"budget": "10,000 to 15,000 euros", "timeline": "Before the summer", "table": "Oak, for ten people"}
CALLS = [
    {"name": "order_status", "ok": True, "ms": 412, "arguments": '{"order": "A-1044"}', "result": "> HTTP 200\n> sent"},
    {"name": "order_status", "ok": False, "ms": 10_003, "arguments": '{"order": "?"}', "result": "Error: too slow"},
]


def furnish(company: Company) -> Conversation:
    """Fill every page of this company; gives the conversation that is worth a look."""
    _people(company)
    _programs(company)
    _assistants(company)
    _tools(company)
    _widget(company)
    return _conversations(company)


def webhooks(company: Company) -> tuple[WebhookEndpoint, Delivery]:
    """Two endpoints that are doing well and badly; with a delivery that is worth a look."""
    now = timezone.now()
    good, _ = make_signed_endpoint(company.tenant, "https://hooks.customers.example/in", description="CRM")
    bad, _ = make_signed_endpoint(company.tenant, f"https://{'a-long-name.' * 6}example/hooks?token=none")
    for hours in range(20):
        log_attempts(good, hours % 5, at=now - timedelta(hours=hours), ms=90 + hours * 40)
    log_attempts(good, 9, at=now - timedelta(minutes=3), event_type="autochat.lead_qualified.v1")
    words = "The server answered 503 Service Unavailable."
    probe(good, company.admin.user, status_code=204, connected_ms=38, is_forgery_sent=True, forged_status_code=200)
    probe(bad, None, status_code=503, failure="status", error=words, duration_ms=4200)
    tried = log_attempts(bad, 4, status=503, failure="status", error=words, request_id="0d4f3c2a-7f2e", response=words)
    return bad, tried[0].delivery


def probe(endpoint: WebhookEndpoint, asked_by: User | None, **found: object) -> None:
    """An endpoint that was tried out a while ago; without a person it was the warning."""
    now = timezone.now()
    values = {"duration_ms": 120, "certificate_until": now + timedelta(days=9)} | found
    EndpointProbe.objects.create(
        tenant=endpoint.tenant,
        endpoint=endpoint,
        url=endpoint.url,
        asked_at=now - timedelta(minutes=4),
        checked_at=now - timedelta(minutes=4),
        asked_by=asked_by,
        by_warning=asked_by is None,
        **values,
    )


def _programs(company: Company) -> None:
    """API tokens: in use, of somebody who left, ending soon, over, revoked."""
    now, leaver = timezone.now(), factories.make_member(company.tenant, Role.ADMIN, name=LONG_NAME)
    kinds: list[tuple[str, Membership, dict[str, object]]] = [
        ("CRM sync", company.admin, {"last_used_at": now, "expires_at": None}),
        ("Nightly report to the people in Kraków who look after it", leaver, {"last_used_at": now - timedelta(days=9)}),
        ("Shop", company.owner, {"last_used_at": now, "expires_at": now + timedelta(days=3)}),
        ("Old shop", company.owner, {"expires_at": now - timedelta(days=3)}),
        ("Trial", company.owner, {"revoked_at": now - timedelta(days=1)}),
    ]
    for label, by, values in kinds:
        row, _ = api_tokens.issue(by=by, label=label, role=Role.MANAGER, lifetime=timedelta(days=90))
        ApiToken.objects.filter(pk=row.pk).update(**values)
    leaver.delete()


def close_one(company: Company) -> Conversation:
    """A conversation that is over."""
    conversation = factories.make_conversation(company.tenant, said="Thanks, that was all")
    return services.close_conversation(conversation=conversation, by=company.owner)


def know(company: Company, thread: Conversation) -> tuple[Contact, Contact]:
    """A contact of whom much is known, with a long name and a history; and one who is probably the same person."""
    now = timezone.now()
    contact = Contact.objects.get(pk=thread.contact_id)
    merged = factories.make_contact(company.tenant, name="", email="nadia@" + "a-long-name." * 4 + "example")
    merge_contacts(contact, merged)
    change_contact(contact, company="Ferrer & Daughters Furniture", phone="+34 600 10 20 30")
    for days in range(23, 0, -1):
        at = now - timedelta(days=days * 9)
        talk = factories.make_conversation(
            company.tenant, contact=contact, said=SCRIPT[-1][1], started_at=at, last_message_at=at, status="closed"
        )
        for kind in list(EventType)[: days % 4]:
            Outcome.objects.create(
                tenant=company.tenant, conversation=talk, type=kind, source="system", detail={}, occurred_at=at,
                emit_browser=False,
            )  # fmt: skip
    fields = [{"key": key, "label": key.title(), "type": "text", "required": False, "choices": []} for key in ANSWERS]
    Qualification.objects.create(tenant=company.tenant, fields=fields)
    sources = dict.fromkeys(ANSWERS, "assistant")
    Answers.objects.create(tenant=company.tenant, conversation=thread, values=ANSWERS, sources=sources)
    for talk in Conversation.objects.for_tenant(company.tenant):
        seen = {"last_seen_at": talk.last_message_at, "qualified": talk.qualified}
        Contact.objects.filter(pk=talk.contact_id).update(**seen)
    Contact.objects.filter(pk=contact.pk).update(last_seen_at=now - timedelta(minutes=7), qualified=True)
    other = factories.make_contact(company.tenant, name=LONG_NAME, email="n.ferrer@customers.example", company="Ferrer")
    return contact, other


def _conversations(company: Company) -> Conversation:
    now = timezone.now()
    made = []
    for number, (name, said) in enumerate(PEOPLE.items()):
        at = now - timedelta(minutes=7, hours=number * 11)
        contact = factories.make_contact(
            company.tenant, name=name, email=f"person{number}@customers.example" if name else ""
        )
        made.append(
            factories.make_conversation(
                company.tenant,
                said=said,
                contact=contact,
                started_at=at,
                last_message_at=at,
                unread=number % 3,
                attention="no_answer_found" if number == 4 else "",
                attention_at=at if number == 4 else None,
                assigned_to=company.agent.user if number == 2 else None,
                qualified=number == 0,
            )
        )
    return _talk(made[0], company)


def _talk(conversation: Conversation, company: Company) -> Conversation:
    start = conversation.started_at
    for minute, (author, body) in enumerate(SCRIPT, 1):
        name = company.assistant.name if author == A.ASSISTANT else ""
        sources = [{"title": "Delivery and returns", "url": ""}] if minute == 1 else []
        at = start + timedelta(minutes=minute)
        metadata = {"tools": CALLS} if minute == 3 else {}
        factories.make_message(
            conversation, body, author=author, author_name=name, sources=sources, metadata=metadata, created_at=at
        )
    conversation = services.assign(conversation=conversation, to=company.owner.user)
    services.post_reply(
        conversation=conversation, by=company.owner, text="I am here now. It leaves our house today, I have just asked."
    )
    return Conversation.objects.get(pk=conversation.pk)


def _assistants(company: Company) -> None:
    factories.make_assistant(company.tenant, LONG_NAME, is_default=False, is_default_chat=False)
    factories.make_assistant(company.tenant, "Retired", is_default=False, is_default_chat=False, active=False)
    for title in ("How long does delivery take?", "Can I send things back?", "Do you have a shop I can visit?"):
        add_source(tenant=company.tenant, kind="faq", title=title, body="Five to seven days, and you can. " * 4)
    add_source(tenant=company.tenant, kind="text", title="Delivery and returns", body="We send things by post. " * 80)


def read_sources(company: Company) -> tuple[KnowledgeSource, KnowledgeSource]:
    """A site in the middle of being read, and a file that can't be; beside them one of every other state."""
    make = partial(KnowledgeSource.objects.create, tenant=company.tenant, round=1)
    later = timezone.now() + timedelta(hours=1)
    site = make(kind="site", title="shop.example", url="https://shop.example/", status="reading", again="daily",
                characters=48_210, lease_until=later)  # fmt: skip
    pages = {
        "/": ("ready", "Oak furniture, made to last", ""),
        "/delivery": ("ready", "Delivery and returns – oak furniture, made to last", ""),
        "/spring-sale": ("failed", "", "There is no page at this address. (HTTP 404)"),
        "/checkout": ("skipped", "", "The site’s robots.txt asks robots to leave this page out."),
        "/" + "a-very-long-address-" * 8: ("waiting", "", ""),
    }
    for depth, (path, (state, title, reason)) in enumerate(pages.items()):
        KnowledgeDocument.objects.create(
            tenant=company.tenant, source=site, url=f"https://shop.example{path}", depth=depth, round=1,
            state=state, title=title, reason=reason, characters=9_642 if state == "ready" else 0,
        )  # fmt: skip
    broken = make(kind="file", title="Price list of the spring collection", status="failed", read_at=timezone.now(),
                  failure="The PDF is protected by a password. Save it without one and upload that file.")  # fmt: skip
    make(kind="page", title="shop.example/about", url="https://shop.example/about", characters=2_310)
    make(kind="file", title="Care instructions", status="waiting")
    return site, broken


def _tools(company: Company) -> None:
    with_model = factories.make_assistant(
        company.tenant, "Order desk", is_default=False, is_default_chat=False, provider="openai", model="gpt-4o-mini"
    )
    allow(with_model, hand_over=True, collect_contact=True, outcomes=["autochat.quote_requested.v1"])
    headers = {"Authorization": "Bearer secret"}
    make_tool(with_model, "https://api.shop.example/v2/orders/{order}", headers=headers)


def _people(company: Company) -> None:
    factories.make_member(company.tenant, Role.AGENT, name=LONG_NAME)
    invitations.invite(tenant=company.tenant, email="newcomer@acme.example", role=Role.MANAGER, by=company.owner)
    Grain.objects.create(key="demo_tenant", value=str(company.tenant.pk), changed_by=company.owner.user)
    for key, conversations in {"professional": 1000, "business": 5000}.items():
        more = {"name": key.title(), "conversations": conversations, "knowledge_characters": conversations * 2000}
        Plan.objects.get_or_create(key=key, defaults=more)
    today = timezone.now().date()
    days = [(7 * day) % 11 + day // 4 if day <= today.day else 0 for day in range(1, 32)]
    this_month = today.replace(day=1)
    UsagePeriod.objects.create(tenant=company.tenant, starts=this_month, conversations=sum(days), days=days)
    UsagePeriod.objects.create(
        tenant=company.tenant, starts=(this_month - timedelta(days=1)).replace(day=1), conversations=187
    )


def _widget(company: Company) -> None:
    now = timezone.now()
    used, _ = tokens.issue(tenant=company.tenant, label="Website", by=company.owner.user)
    used.last_used_at, used.last_origin = now - timedelta(minutes=3), "www.acme.com"
    used.save()
    tokens.issue(tenant=company.tenant, label="Booking pages of the spring campaign", lifetime=timedelta(days=3))
    gone, _ = tokens.issue(tenant=company.tenant, label="Old site")
    tokens.revoke(gone)
    for domain in ("www.acme.com", "*.acme.com", "a-very-long-name-of-a-campaign-site.marketing.acme.example"):
        AllowedDomain.objects.create(tenant=company.tenant, domain=domain)
