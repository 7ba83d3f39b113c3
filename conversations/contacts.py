"""Contacts are found by e-mail address and never doubled (D2).

A visitor proves nothing by typing an address: what is known already stays, only blanks are filled. So what a person
wrote down outlasts what visitors and models say later. Conversations are locked before contacts, everywhere.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from conversations import contact_news
from conversations.models import Contact, Conversation
from conversations.said import ContactDetails
from tenants.models import Tenant
from tenants.ownership import new_id

SEEN_AGAIN = timedelta(minutes=5)
"""How old a contact's `last_seen_at` may be before another message renews it: not each costs a write."""

_SAID = ("name", "phone", "company")
_FILLED = ", ".join(f"{name} = CASE WHEN c.{name} = '' THEN %({name})s ELSE c.{name} END" for name in _SAID)
# A RETURNING clause reads the row as it was before its statement.
_IS_FILLED = f"""NOT EXISTS (SELECT FROM conversations_contact was WHERE was.id = c.id AND NOT (
    {" OR ".join(f"was.{name} = '' AND %({name})s <> ''" for name in _SAID)})) AS is_filled"""
# One that was merged into another holds nothing but its address; its row says where to.
_FIND_OR_MAKE = f"""
    INSERT INTO conversations_contact AS c
        (id, tenant_id, name, email, phone, company, qualified, created_at, last_seen_at)
    VALUES (%(id)s, %(tenant)s, %(name)s, %(email)s, %(phone)s, %(company)s, false, now(), now())
    ON CONFLICT (tenant_id, (LOWER(email))) WHERE NOT (email = '') DO UPDATE SET
        name = CASE WHEN c.name = '' AND c.merged_into_id IS NULL THEN EXCLUDED.name ELSE c.name END,
        phone = CASE WHEN c.phone = '' AND c.merged_into_id IS NULL THEN EXCLUDED.phone ELSE c.phone END,
        company = CASE WHEN c.company = '' AND c.merged_into_id IS NULL THEN EXCLUDED.company ELSE c.company END,
        last_seen_at = now()
    RETURNING *, c.xmax = 0 AS is_new, {_IS_FILLED}
"""  # noqa: S608  (column names of ours)
_FILL_BLANKS = f"""
    UPDATE conversations_contact AS c SET {_FILLED}, last_seen_at = now()
    WHERE tenant_id = %(tenant)s AND id = %(id)s AND merged_into_id IS NULL
    RETURNING *, false AS is_new, {_IS_FILLED}
"""  # noqa: S608  (column names of ours)
_TAKE_ADDRESS = f"""
    UPDATE conversations_contact AS c SET {_FILLED}, email = %(email)s, last_seen_at = now()
    WHERE tenant_id = %(tenant)s AND id = %(id)s AND merged_into_id IS NULL AND email = ''
    RETURNING *, false AS is_new, true AS is_filled
"""  # noqa: S608  (column names of ours)
# Who was nobody yet and turns out to be known: no trace of it is left, unless somebody needs it or is at it.
_LEAVE = """
    UPDATE conversations_contact SET merged_into_id = %(into)s, name = '', phone = '', company = ''
    WHERE id = (
        SELECT id FROM conversations_contact WHERE tenant_id = %(tenant)s AND id = %(id)s AND email = ''
        FOR UPDATE SKIP LOCKED
    ) AND NOT EXISTS (SELECT FROM conversations_conversation WHERE tenant_id = %(tenant)s AND contact_id = %(id)s)
"""


@dataclass(frozen=True, slots=True)
class Attached:
    """Who a visitor turned out to be: is that news for their conversation, and for other ones of the contact?"""

    contact: Contact | None
    is_news: bool = False
    is_news_elsewhere: bool = False


def find_or_make(tenant: Tenant, details: ContactDetails) -> Contact:
    """The tenant's contact with this e-mail address, its blanks filled; a new one where there is no address."""
    found = _changed(_FIND_OR_MAKE, tenant, new_id(), details)
    assert found is not None
    while found.merged_into_id is not None:  # the other one may be merged while it is waited for
        filled = _changed(_FILL_BLANKS, tenant, found.merged_into_id, details)
        found = filled or Contact.objects.for_tenant(tenant).get(pk=found.merged_into_id)
    return found


def attached(tenant: Tenant, contact_id: uuid.UUID | None, details: ContactDetails) -> Attached:
    """The contact of a conversation that has `contact_id` now and whose visitor says `details`.

    A nameless visitor becomes somebody once they say who they are; a conversation that has an address keeps it.
    """
    known = Contact.objects.for_tenant(tenant).get(pk=contact_id) if contact_id else None
    if known is None:
        return Attached(None) if details == ContactDetails() else _as_news(find_or_make(tenant, details))
    if details.email and not known.email:
        return _named(tenant, known, details)
    is_another = details.email.lower() not in ("", known.email.lower())
    blanks = () if is_another else tuple(name for name in _SAID if getattr(details, name) and not getattr(known, name))
    if not blanks and known.last_seen_at and known.last_seen_at > timezone.now() - SEEN_AGAIN:
        return Attached(known)
    said = ContactDetails() if is_another else details
    filled = _changed(_FILL_BLANKS, tenant, known.pk, said) or known
    return Attached(filled, bool(blanks), bool(blanks))


def _named(tenant: Tenant, known: Contact, details: ContactDetails) -> Attached:
    """A visitor of whom no address was known says one: theirs from now on, unless it leads to somebody."""
    try:
        with transaction.atomic():
            if named := _changed(_TAKE_ADDRESS, tenant, known.pk, details):
                return _as_news(named)
    except IntegrityError:  # somebody has it
        already = {name: getattr(known, name) for name in _SAID if getattr(known, name)}
        return _as_news(find_or_make(tenant, replace(details, **already)))
    return Attached(Contact.objects.for_tenant(tenant).get(pk=known.pk))  # a person was faster


def _as_news(contact: Contact) -> Attached:
    made_of: dict[str, bool] = contact.__dict__
    return Attached(contact, True, made_of.get("is_filled", False) and not made_of.get("is_new", False))


def attach(tenant: Tenant, conversation: Conversation, details: ContactDetails) -> bool:
    """Give a conversation, whose row is locked, the contact that fits what its visitor says; is there news in it?"""
    before, found = conversation.contact_id, attached(tenant, conversation.contact_id, details)
    contact = found.contact
    conversation.tenant, conversation.contact = tenant, contact
    if contact is not None and contact.pk != before:
        conversation.save(update_fields=["contact"])
        if conversation.qualified:
            mark_lead(conversation)
        if before is not None:
            _run(_LEAVE, tenant=tenant.pk, id=before, into=contact.pk)
    if contact is not None and found.is_news_elsewhere:
        contact_news.note(contact, but=[conversation.pk])
    return found.is_news


def mark_lead(conversation: Conversation) -> None:
    """The conversation, whose row is locked, makes its contact a lead."""
    if conversation.contact_id:
        Contact.objects.filter(pk=conversation.contact_id, qualified=False).update(qualified=True)


def _changed(statement: str, tenant: Tenant, pk: uuid.UUID, details: ContactDetails) -> Contact | None:
    values = {"id": pk, "tenant": tenant.pk, "email": details.email.lower()}
    values |= {name: getattr(details, name) for name in _SAID}
    return next(iter(Contact.objects.raw(statement, values)), None)


def _run(statement: str, **values: uuid.UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
