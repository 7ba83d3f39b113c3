"""What can be done with a tenant's assistants: save, star, archive, restore, and keep their keys."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from assistants.keys import put_secret
from assistants.models import Assistant, ProviderKey
from tenants.models import Tenant

STARS: Final = ("is_default_chat", "is_default")
"""Only one assistant of a tenant has each: the one that answers in chat, and the one for everything else."""


class Archived(Exception):
    """An archived assistant can't be made a default."""


@transaction.atomic
def save_assistant(assistant: Assistant, *, added_key: ProviderKey | None = None) -> Assistant:
    """Store an assistant, with the key that was made for it; the stars it carries are taken from the others."""
    _one_at_a_time(assistant.tenant)
    for star in STARS:
        if getattr(assistant, star):
            _holders(assistant.tenant, star).exclude(pk=assistant.pk).update(**{star: False})
    if added_key is not None:
        added_key.save()
    assistant.save()
    return assistant


@transaction.atomic
def give_star(*, assistant: Assistant, star: str) -> None:
    """Make an assistant the tenant's only one with this star. Raises Archived."""
    _one_at_a_time(assistant.tenant)
    if not Assistant.objects.for_tenant(assistant.tenant).active().filter(pk=assistant.pk).exists():
        raise Archived
    _holders(assistant.tenant, star).exclude(pk=assistant.pk).update(**{star: False})
    Assistant.objects.for_tenant(assistant.tenant).filter(pk=assistant.pk).update(**{star: True})


def archive(*, assistant: Assistant) -> None:
    """Let an assistant answer no more. It keeps its stars: what visitors meet is said, not hidden."""
    Assistant.objects.for_tenant(assistant.tenant).filter(pk=assistant.pk).update(active=False)


def restore(*, assistant: Assistant) -> None:
    """Let an archived assistant answer again."""
    Assistant.objects.for_tenant(assistant.tenant).filter(pk=assistant.pk).update(active=True)


def new_key(*, tenant: Tenant, secret: str, label: str, provider: str = "openai", base_url: str = "") -> ProviderKey:
    """A key with its secret sealed, not stored yet."""
    key = ProviderKey(tenant=tenant, provider=provider, label=label, base_url=base_url)
    put_secret(key, secret)
    return key


def remove_key(*, key: ProviderKey) -> None:
    """Forget a key; assistants that used it go on with the platform's, if there is one."""
    key.delete()


def _holders(tenant: Tenant, star: str) -> QuerySet[Assistant]:
    return Assistant.objects.for_tenant(tenant).filter(**{star: True})


def _one_at_a_time(tenant: Tenant) -> None:
    """Two admins who move a star at once go one after the other; visitors' writes aren't kept waiting."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
