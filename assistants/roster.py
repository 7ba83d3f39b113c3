"""What can be done with a tenant's assistants: save, star, archive, restore, and keep their keys."""

from __future__ import annotations

import copy
from functools import partial
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from assistants import versions
from assistants.key_checks import forget_models
from assistants.keys import put_secret
from assistants.models import Assistant, ProviderKey
from tenants.models import Tenant, User

STARS: Final = ("is_default_chat", "is_default")
"""Only one assistant of a tenant has each: the one that answers in chat, and the one for everything else."""


class Archived(Exception):
    """An archived assistant can't be made a default."""


@transaction.atomic
def save_assistant(assistant: Assistant, *, added_key: ProviderKey | None = None, by: User | None = None) -> Assistant:
    """Store an assistant, with the key that was made for it; the stars it carries are taken from the others.

    Visitors meet it at once. What it becomes is kept as a version of its own.
    """
    _one_at_a_time(assistant.tenant)
    stored = Assistant.objects.for_tenant(assistant.tenant).filter(pk=assistant.pk).first()
    for star in STARS:
        if getattr(assistant, star):
            _holders(assistant.tenant, star).exclude(pk=assistant.pk).update(**{star: False})
    if added_key is not None:
        added_key.save()
    assistant.save()
    versions.note_change(assistant, before=versions.values_of(stored) if stored else None, by=by)
    return assistant


@transaction.atomic
def give_star(*, assistant: Assistant, star: str) -> None:
    """Make an assistant the tenant's only one with this star. Raises Archived."""
    _one_at_a_time(assistant.tenant)
    if not Assistant.objects.for_tenant(assistant.tenant).active().filter(pk=assistant.pk).exists():
        raise Archived
    _holders(assistant.tenant, star).exclude(pk=assistant.pk).update(**{star: False})
    Assistant.objects.for_tenant(assistant.tenant).filter(pk=assistant.pk).update(**{star: True})


def take_star(*, assistant: Assistant, star: str) -> None:
    """Let an assistant be a default no more; none takes its place."""
    Assistant.objects.for_tenant(assistant.tenant).filter(pk=assistant.pk).update(**{star: False})


def archive(*, assistant: Assistant) -> None:
    """Let an assistant answer no more. It keeps its stars: what visitors meet is said, not hidden."""
    Assistant.objects.for_tenant(assistant.tenant).filter(pk=assistant.pk).update(active=False)


def restore(*, assistant: Assistant) -> None:
    """Let an archived assistant answer again."""
    Assistant.objects.for_tenant(assistant.tenant).filter(pk=assistant.pk).update(active=True)


def new_key(*, tenant: Tenant, secret: str, label: str, base_url: str = "", **fields: str) -> ProviderKey:
    """A key with its secret sealed, not stored yet."""
    key = ProviderKey(tenant=tenant, label=label, base_url=base_url, **fields)
    put_secret(key, secret)
    return key


def rename_key(*, key: ProviderKey, label: str, embedding_model: str) -> None:
    """Call a key something else, or have it use another model to find passages by their meaning."""
    key.label, key.embedding_model = label, embedding_model
    key.save(update_fields=["label", "embedding_model"])


def candidate_key(*, key: ProviderKey, secret: str) -> ProviderKey:
    """The same row with another secret, to be tried before it takes the place of the one that is stored."""
    candidate = copy.copy(key)
    put_secret(candidate, secret)
    return candidate


@transaction.atomic
def rotate_key(*, key: ProviderKey, candidate: ProviderKey) -> None:
    """Put a candidate's secret in the place of the stored one: the next call uses it, none is without a key."""
    rows = ProviderKey.objects.for_tenant(key.tenant_id).filter(pk=key.pk)
    rows.update(sealed=candidate.sealed, last4=candidate.last4, rotated_at=timezone.now())
    users = Assistant.objects.for_tenant(key.tenant_id).filter(provider_key=key)
    users.update(failure="", failure_words="", failure_request="")
    transaction.on_commit(partial(forget_models, key))


def remove_key(*, key: ProviderKey) -> None:
    """Forget a key; assistants that used it go on with the platform's, if there is one."""
    key.delete()


def _holders(tenant: Tenant, star: str) -> QuerySet[Assistant]:
    return Assistant.objects.for_tenant(tenant).filter(**{star: True})


def _one_at_a_time(tenant: Tenant) -> None:
    """Two admins who move a star at once go one after the other; visitors' writes aren't kept waiting."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
