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
from assistants.keys import add_key, put_secret
from assistants.keys import record as record_key
from assistants.models import Assistant, ProviderKey
from assistants.versions import record
from tenants import audit
from tenants.models import Place, Tenant, Verb

STARS: Final = ("is_default_chat", "is_default")
"""Only one assistant of a tenant has each: the one that answers in chat, and the one for everything else."""


_KEY_TOLD: Final = ("label", "provider", "embedding_model")
"""Of these the audit log shows values; that a key goes to another address is only named."""


class Archived(Exception):
    """An archived assistant can't be made a default."""


@transaction.atomic
def save_assistant(assistant: Assistant, *, added_key: ProviderKey | None = None, by: Place | None = None) -> Assistant:
    """Store an assistant, with the key that was made for it; the stars it carries are taken from the others.

    Visitors meet it at once. What it becomes is kept as a version of its own.
    """
    _one_at_a_time(assistant.tenant)
    stored = Assistant.objects.for_tenant(assistant.tenant).filter(pk=assistant.pk).first()
    for star in STARS:
        if getattr(assistant, star):
            _holders(assistant.tenant, star).exclude(pk=assistant.pk).update(**{star: False})
    if added_key is not None:
        add_key(added_key)
    assistant.save()
    versions.note_change(assistant, before=versions.values_of(stored) if stored else None, by=by)
    _record_saved(assistant, stored)
    return assistant


def _record_saved(assistant: Assistant, stored: Assistant | None) -> None:
    """One entry for all that was changed at once, named for what weighs most of it."""
    if stored is None:
        return record(Verb.ASSISTANT_CREATED, assistant, provider=assistant.provider, model=assistant.model)
    before, after = _all_of(stored), _all_of(assistant)
    seen = audit.changes(before, after, shown=versions.TOLD)
    verb = Verb.ASSISTANT_PUBLISHED
    if set(seen) <= set(STARS):
        verb = Verb.ASSISTANT_DEFAULT_SET if any(after[star] for star in seen) else Verb.ASSISTANT_DEFAULT_UNSET
    elif set(seen) == {"active"}:
        verb = Verb.ASSISTANT_RESTORED if assistant.active else Verb.ASSISTANT_ARCHIVED
    if seen:
        record(verb, assistant, changes=seen)
    return None


def _all_of(assistant: Assistant) -> dict[str, object]:
    return {**versions.values_of(assistant), **audit.snapshot(assistant, (*STARS, "active"))}


@transaction.atomic
def give_star(*, assistant: Assistant, star: str) -> None:
    """Make an assistant the tenant's only one with this star. Raises Archived."""
    _one_at_a_time(assistant.tenant)
    if not Assistant.objects.for_tenant(assistant.tenant).active().filter(pk=assistant.pk).exists():
        raise Archived
    _holders(assistant.tenant, star).exclude(pk=assistant.pk).update(**{star: False})
    _switch(assistant, star, Verb.ASSISTANT_DEFAULT_SET, on=True)


@transaction.atomic
def take_star(*, assistant: Assistant, star: str) -> None:
    """Let an assistant be a default no more; none takes its place."""
    _switch(assistant, star, Verb.ASSISTANT_DEFAULT_UNSET, on=False)


@transaction.atomic
def archive(*, assistant: Assistant) -> None:
    """Let an assistant answer no more. It keeps its stars: what visitors meet is said, not hidden."""
    _switch(assistant, "active", Verb.ASSISTANT_ARCHIVED, on=False)


@transaction.atomic
def restore(*, assistant: Assistant) -> None:
    """Let an archived assistant answer again."""
    _switch(assistant, "active", Verb.ASSISTANT_RESTORED, on=True)


def _switch(assistant: Assistant, field: str, verb: Verb, *, on: bool) -> None:
    """Set one of an assistant's switches, and write that down where it was set otherwise."""
    rows = Assistant.objects.for_tenant(assistant.tenant).filter(pk=assistant.pk, **{field: not on})
    if rows.update(**{field: on}):
        record(verb, assistant, changes={field: [not on, on]})


@transaction.atomic
def delete_assistant(*, assistant: Assistant) -> None:
    """Forget an assistant; what it wrote stays in the transcripts."""
    record(Verb.ASSISTANT_DELETED, assistant)
    assistant.delete()


def new_key(*, tenant: Tenant, secret: str, label: str, base_url: str = "", **fields: str) -> ProviderKey:
    """A key with its secret sealed, not stored yet."""
    key = ProviderKey(tenant=tenant, label=label, base_url=base_url, **fields)
    put_secret(key, secret)
    return key


@transaction.atomic
def rename_key(*, key: ProviderKey, label: str, embedding_model: str) -> None:
    """Call a key something else, or have it use another model to find passages by their meaning."""
    before = audit.snapshot(key, _KEY_TOLD)
    key.label, key.embedding_model = label, embedding_model
    key.save(update_fields=["label", "embedding_model"])
    _record_key_changes(key, before)


@transaction.atomic
def change_key(*, key: ProviderKey, secret: str = "", **values: str) -> None:
    """Change what is named of a key; with a secret, that takes the place of the stored one."""
    before = audit.snapshot(key, {*_KEY_TOLD, *values})
    for name, value in values.items():
        setattr(key, name, value)
    if secret:
        put_secret(key, secret)
        key.rotated_at = timezone.now()
    key.save()
    _record_key_changes(key, before, is_rotated=bool(secret))


def _record_key_changes(key: ProviderKey, before: dict[str, object], *, is_rotated: bool = False) -> None:
    seen = audit.changes_of(before, key, shown=_KEY_TOLD)
    if is_rotated or seen:
        verb = Verb.PROVIDER_KEY_ROTATED if is_rotated else Verb.PROVIDER_KEY_CHANGED
        record_key(verb, key, changes=seen)


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
    record_key(Verb.PROVIDER_KEY_ROTATED, key)
    transaction.on_commit(partial(forget_models, key))


@transaction.atomic
def remove_key(*, key: ProviderKey) -> None:
    """Forget a key; assistants that used it go on with the platform's, if there is one."""
    record_key(Verb.PROVIDER_KEY_REMOVED, key)
    key.delete()


def _holders(tenant: Tenant, star: str) -> QuerySet[Assistant]:
    return Assistant.objects.for_tenant(tenant).filter(**{star: True})


def _one_at_a_time(tenant: Tenant) -> None:
    """Two admins who move a star at once go one after the other; visitors' writes aren't kept waiting."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
