"""What people do with contacts: each verb one transaction, told to the conversations that it concerns."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower

from conversations import contact_news, log
from conversations.models import Contact, ContactNews, Conversation
from conversations.models.contact import DETAILS
from tenants import audit
from tenants.models import Tenant, Verb

TRIES: Final = 5
"""How often a contact whose visitors write just then is tried to be held."""


class AddressTaken(Exception):
    """The e-mail address leads to another contact: `by` this one."""

    def __init__(self, by: Contact) -> None:
        super().__init__("Another contact has this address.")
        self.by = by


class ChangedMeanwhile(Exception):
    """A contact isn't any more what the change was meant for; `now` is how each is."""

    def __init__(self, *now: Contact) -> None:
        super().__init__("The contact was changed meanwhile.")
        self.now = now


class MergedMeanwhile(Exception):
    """The contact is another one by now: `into` this one."""

    def __init__(self, into: uuid.UUID) -> None:
        super().__init__("The contact was merged with another one meanwhile.")
        self.into = into


class Nobody(Exception):
    """Nothing would be known of the contact any more."""


class Busy(Exception):
    """Their visitors write at this very moment; a moment later it can be done."""


def label_of(contact: Contact) -> str:
    """What the audit log calls a contact: its entries stay for longer than somebody may want to be known here."""
    return f"#{contact.pk.hex[-4:]}"


@transaction.atomic
def create_contact(*, tenant: Tenant, **details: str) -> Contact:
    """Add somebody by hand. Raises AddressTaken and Nobody."""
    contact = Contact(tenant=tenant, **details)
    _save(contact)
    _record(Verb.CONTACT_CREATED, contact)
    return contact


@transaction.atomic
def change_contact(contact: Contact, *, instead_of: Mapping[str, str] | None = None, **details: str) -> Contact:
    """Write down who it is; what a person wrote down, no visitor and no model writes over.

    With `instead_of` only while each of these is what that says, else ChangedMeanwhile; what is there already is no
    conflict. The contact's open conversations are judged anew. Raises AddressTaken, MergedMeanwhile, Nobody and
    Contact.DoesNotExist.
    """
    conversations = contact_news.locked(contact)
    leading = _leading(contact, details.get("email", ""))
    row = _locked(contact.tenant_id, [contact.pk])[contact.pk]
    if row.merged_into_id:
        raise MergedMeanwhile(row.merged_into_id)
    if instead_of and not _says(row, instead_of) and not _says(row, details):
        raise ChangedMeanwhile(row)
    before = audit.snapshot(row, DETAILS)
    for name, value in details.items():
        setattr(row, name, value)
    changes = audit.changes_of(before, row)
    if not changes:
        return row
    leading.update(email="")
    _save(row)
    leading.update(email=before["email"])
    contact_news.note(row, but=[conversation.pk for conversation in conversations])
    drafts = contact_news.judged(conversations, row)
    _record(Verb.CONTACT_CHANGED, row, changes=changes)
    _append(row, drafts)
    return row


@transaction.atomic
def delete_contact(contact: Contact, *, instead_of: Mapping[str, str] | None = None) -> int:
    """Delete who it was; from how many conversations. Those stay, with all that was said in them.

    `instead_of` as in `change_contact`. Raises Busy, MergedMeanwhile and Contact.DoesNotExist.
    """
    held = _hold(contact.tenant_id, [contact.pk])
    row = held.contacts[contact.pk]
    if row.merged_into_id:
        raise MergedMeanwhile(row.merged_into_id)
    if instead_of and not _says(row, instead_of):
        raise ChangedMeanwhile(row)
    Conversation.objects.for_tenant(row.tenant_id).filter(contact=row.pk).update(contact=None)
    drafts = contact_news.updated(_open(held, row.tenant_id), None)
    _record(Verb.CONTACT_DELETED, row, conversations=len(held.conversations))
    Contact.objects.for_tenant(row.tenant_id).filter(pk=row.pk).delete()
    _append(row, drafts)
    return len(held.conversations)


@transaction.atomic
def merge_contacts(
    kept: Contact, other: Contact, *, take: Collection[str] = (), instead_of: Sequence[Mapping[str, str]] = ()
) -> Contact:
    """Make one contact of two: `kept`, with the details of `other` that are to `take`, and its conversations.

    The address that isn't taken leads to it from now on. Gives the one that stays, also where they are one already.
    `instead_of` is what both were, in this order. Raises Busy, ChangedMeanwhile, MergedMeanwhile, Contact.DoesNotExist.
    """
    held = _hold(kept.tenant_id, [kept.pk, other.pk])
    kept, other = held.contacts[kept.pk], held.contacts[other.pk]
    if kept.pk in (other.pk, other.merged_into_id):
        return kept
    if other.pk == kept.merged_into_id:
        return other
    if merged := kept.merged_into_id or other.merged_into_id:
        raise MergedMeanwhile(merged)
    if instead_of and not all(_says(row, was) for row, was in zip((kept, other), instead_of, strict=True)):
        raise ChangedMeanwhile(kept, other)
    moved = _join(kept, other, [name for name in DETAILS if name in take])
    conversations = _open(held, kept.tenant_id)
    contact_news.note(kept, but=[conversation.pk for conversation in conversations])
    drafts = contact_news.judged(conversations, kept)
    _record(Verb.CONTACT_MERGED, kept, merged_contact=str(other.pk), conversations=moved, taken=sorted(take))
    _append(kept, drafts)
    return kept


def _join(kept: Contact, other: Contact, take: Sequence[str]) -> int:
    """Put `other` into `kept`, both held; how many conversations went along."""
    tenant_id, addresses = kept.tenant_id, [kept.email, other.email]
    for name in take:
        setattr(kept, name, getattr(other, name))
    kept.last_seen_at = max(filter(None, (kept.last_seen_at, other.last_seen_at)), default=None)
    kept.created_at = min(kept.created_at, other.created_at)
    kept.qualified = kept.qualified or other.qualified
    contacts = Contact.objects.for_tenant(tenant_id)
    contacts.filter(merged_into=other.pk).update(merged_into=kept.pk)
    contacts.filter(pk=other.pk).update(merged_into=kept.pk, name="", phone="", company="", email="")
    kept.save()
    if left := next((address for address in addresses if address and address != kept.email), ""):
        contacts.filter(pk=other.pk).update(email=left)
    ContactNews.objects.for_tenant(tenant_id).filter(contact=other.pk).delete()
    return Conversation.objects.for_tenant(tenant_id).filter(contact=other.pk).update(contact=kept.pk)


@transaction.atomic
def release_address(contact: Contact, address_id: uuid.UUID) -> None:
    """Let another address that leads to the contact go: who writes with it is somebody new. Raises Busy."""
    held = _hold(contact.tenant_id, [contact.pk])
    leading = Contact.objects.for_tenant(contact.tenant_id).filter(pk=address_id, merged_into=contact.pk)
    if held.contacts and leading.exclude(email="").update(email=""):
        _record(Verb.CONTACT_RELEASED, contact)


@dataclass(frozen=True, slots=True)
class _Held:
    """Contacts that nobody else changes until the transaction ends, and all their conversations, the newest first."""

    contacts: dict[uuid.UUID, Contact]
    conversations: list[tuple[uuid.UUID, str]]  # with their status


def _hold(tenant_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> _Held:
    """Lock them as visitors do: conversations, then what was merged, then contacts. Raises Contact.DoesNotExist, Busy.

    What was attached before the contacts were locked isn't held yet: then all is let go, and tried again.
    """
    talks = Conversation.objects.for_tenant(tenant_id).filter(contact__in=ids)
    merged = Contact.objects.for_tenant(tenant_id).filter(merged_into__in=ids)
    for _ in range(TRIES):
        with transaction.atomic():
            rows = talks.order_by("-id").select_for_update(no_key=True)
            conversations = list(rows.values_list("pk", "status"))
            leading = len(merged.order_by("id").select_for_update().values_list("pk"))
            contacts = _locked(tenant_id, ids)
            if (talks.count(), merged.count()) == (len(conversations), leading):
                return _Held(contacts, conversations)
            transaction.set_rollback(True)
    raise Busy


def _locked(tenant_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Contact]:
    rows = Contact.objects.for_tenant(tenant_id).filter(pk__in=ids).order_by("id").select_for_update()
    found = {row.pk: row for row in rows}
    if len(found) < len(set(ids)):
        raise Contact.DoesNotExist
    return found


def _leading(contact: Contact, email: str) -> QuerySet[Contact]:
    """What was merged into the contact and leads there by this address, locked."""
    merged = Contact.objects.for_tenant(contact.tenant_id).filter(merged_into=contact.pk)
    ids = list(merged.filter(email=email).select_for_update().values_list("pk", flat=True)) if email else []
    return merged.filter(pk__in=ids)


def _open(held: _Held, tenant_id: uuid.UUID) -> list[Conversation]:
    """The newest of the held ones that are open, as many as are judged at once."""
    ids = [pk for pk, status in held.conversations if status == Conversation.Status.OPEN]
    return list(contact_news.shown(tenant_id, ids[: contact_news.BATCH]))


def _says(row: Contact, values: Mapping[str, str]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())


def _save(contact: Contact) -> None:
    """Raises AddressTaken and Nobody."""
    if not any(getattr(contact, name) for name in DETAILS):
        raise Nobody
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError:
        raise AddressTaken(_holder_of(contact.tenant_id, contact.email)) from None


def _holder_of(tenant_id: uuid.UUID, email: str) -> Contact:
    """The contact that an address leads to. Raises Contact.DoesNotExist where it was let go a moment ago."""
    contacts = Contact.objects.for_tenant(tenant_id)
    found = contacts.exclude(email="").alias(address=Lower("email")).get(address=email.lower())
    while found.merged_into_id:
        found = contacts.get(pk=found.merged_into_id)
    return found


def _record(verb: Verb, contact: Contact, **more: Any) -> None:
    audit.record(verb, tenant=contact.tenant_id, target_id=contact.pk, name=label_of(contact), **more)


def _append(contact: Contact, drafts: Sequence[log.Draft]) -> None:
    if drafts:
        log.append(contact.tenant_id, drafts)
