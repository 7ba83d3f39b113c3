"""Contacts are found by e-mail address and never doubled (D2)."""

from __future__ import annotations

import uuid

from conversations.models import Contact, Conversation
from conversations.said import ContactDetails
from tenants.models import Tenant
from tenants.ownership import new_id

# A visitor proves nothing by typing an address: what is known already stays, only blanks are filled.
_FIND_OR_MAKE = """
    INSERT INTO conversations_contact AS c (id, tenant_id, name, email, phone, company, created_at)
    VALUES (%(id)s, %(tenant)s, %(name)s, %(email)s, %(phone)s, %(company)s, now())
    ON CONFLICT (tenant_id, (LOWER(email))) WHERE NOT (email = '') DO UPDATE SET
        name = CASE WHEN c.name = '' THEN EXCLUDED.name ELSE c.name END,
        phone = CASE WHEN c.phone = '' THEN EXCLUDED.phone ELSE c.phone END,
        company = CASE WHEN c.company = '' THEN EXCLUDED.company ELSE c.company END
    RETURNING *
"""


def find_or_make(tenant: Tenant, details: ContactDetails) -> Contact:
    """The tenant's contact with this e-mail address, its blanks filled; a new one where there is no address."""
    values = {
        "id": new_id(),
        "tenant": tenant.pk,
        "name": details.name,
        "email": details.email.lower(),
        "phone": details.phone,
        "company": details.company,
    }
    return next(iter(Contact.objects.raw(_FIND_OR_MAKE, values)))


def attached(tenant: Tenant, contact_id: uuid.UUID | None, details: ContactDetails) -> tuple[Contact | None, bool]:
    """The contact of a conversation that has `contact_id` now and whose visitor says `details`; is there news in it?

    A nameless visitor becomes somebody once they say who they are; a conversation that has an address keeps it.
    """
    known = Contact.objects.for_tenant(tenant).get(pk=contact_id) if contact_id else None
    if details == ContactDetails() or (known and known.email and known.email != details.email.lower()):
        return known, False
    if known is None or (details.email and not known.email):
        return find_or_make(tenant, details), True
    blanks = [blank for blank in ("name", "phone", "company") if getattr(details, blank) and not getattr(known, blank)]
    for blank in blanks:
        setattr(known, blank, getattr(details, blank))
    if blanks:
        known.save(update_fields=blanks)
    return known, bool(blanks)


def attach(tenant: Tenant, conversation: Conversation, details: ContactDetails) -> bool:
    """Give a conversation, whose row is locked, the contact that fits what its visitor says; is there news in it?"""
    contact, is_news = attached(tenant, conversation.contact_id, details)
    is_another = contact is not None and contact.pk != conversation.contact_id
    conversation.tenant, conversation.contact = tenant, contact
    if is_another:
        conversation.save(update_fields=["contact"])
    return is_news
