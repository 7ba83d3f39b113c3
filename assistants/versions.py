"""Drafts and versions of an assistant: what is edited, what visitors meet, and what it was before.

The published values stay in the assistant's own row, so that a chat turn reads one row and knows nothing of this. Every
act here holds that row's lock: two admins who save at once go one after the other, and the second one is told.
"""

from __future__ import annotations

import copy
import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from assistants.keys import add_key
from assistants.models import Assistant, AssistantDraft, AssistantVersion, ProviderKey
from assistants.models.version import AssistantVersionQuerySet
from tenants import audit
from tenants.models import Place, User, Verb

FIELDS: Final = (
    "name", "greeting", "prompt", "fallback_message", "provider", "model", "base_url", "provider_key", "temperature",
    "max_tokens", "fallback_model", "fallback_assistant", "review_policy",
)  # fmt: skip
"""What a version holds. Stars and archiving are about the company, not about one assistant: they act at once."""

TOLD: Final = (
    "name", "provider", "model", "temperature", "max_tokens", "fallback_model", "review_policy", "is_default",
    "is_default_chat", "active",
)  # fmt: skip
"""Of these the audit log shows values; of prompts and other texts only that they were changed."""

_REFERENCES: Final = ("provider_key", "fallback_assistant")
SHOWN: Final = 200
"""Versions that lists show; every one is kept."""

BEFORE_VERSIONS: Final = "As it was before its versions were kept"

Values = dict[str, Any]


class DraftChanged(Exception):
    """Somebody saved or published another draft since this one was begun."""


class NothingToPublish(Exception):
    """What would be published is what visitors meet already."""


class NoSuchVersion(Exception):
    """The assistant has no version of this number."""


@dataclass(frozen=True, slots=True)
class Edition:
    """An assistant as it is edited: the live version's number and, where there is one, the draft."""

    live: int
    draft: AssistantDraft | None

    @property
    def mark(self) -> str:
        """What goes through the form, to tell whether somebody was faster."""
        return f"{self.live}:{self.draft.token if self.draft else ''}"


def values_of(assistant: Assistant) -> Values:
    """The versioned part of an assistant, as plain values."""
    values: Values = {}
    for field in FIELDS:
        value = getattr(assistant, f"{field}_id" if field in _REFERENCES else field)
        values[field] = str(value) if isinstance(value, uuid.UUID) else value
    return values


def with_values(assistant: Assistant, values: Values) -> Assistant:
    """A copy of the assistant with these values, stored nowhere. What they refer to and is gone is left empty."""
    other = copy.copy(assistant)
    for field in FIELDS:
        if field in values and field not in _REFERENCES:
            setattr(other, field, values[field])
    keys = ProviderKey.objects.for_tenant(assistant.tenant_id)
    others = Assistant.objects.for_tenant(assistant.tenant_id)
    if "provider_key" in values:
        wanted = values["provider_key"]
        other.provider_key = keys.filter(pk=wanted).first() if wanted else None
    if "fallback_assistant" in values:
        wanted = values["fallback_assistant"]
        other.fallback_assistant = others.filter(pk=wanted).first() if wanted else None
    return other


def edition(assistant: Assistant) -> Edition:
    """How an assistant's draft and versions stand."""
    draft = AssistantDraft.objects.for_tenant(assistant.tenant_id).filter(assistant=assistant)
    return Edition(live_number(assistant), draft.select_related("changed_by").first())


def live_number(assistant: Assistant) -> int:
    """The number of what visitors meet."""
    return _versions(assistant).values_list("number", flat=True).order_by("-number").first() or 1


def history(assistant: Assistant) -> list[AssistantVersion]:
    """The latest versions without their values, the live one first."""
    kept = _versions(assistant).select_related("published_by").defer("values").in_order()
    return list(kept[:SHOWN]) or [_unkept(assistant)]


def version(assistant: Assistant, number: int) -> AssistantVersion:
    """One version. Raises NoSuchVersion."""
    kept = _versions(assistant).filter(number=number).first()
    if kept is None and number == 1 and not _versions(assistant).exists():
        return _unkept(assistant)
    if kept is None:
        raise NoSuchVersion
    return kept


@transaction.atomic
def save_draft(
    *, assistant: Assistant, values: Values, mark: str, by: User, added_key: ProviderKey | None = None
) -> AssistantDraft | None:
    """Keep changes that no visitor meets yet; None where nothing is changed. Raises DraftChanged."""
    row = _locked(assistant)
    now = edition(row)
    if mark != now.mark:
        raise DraftChanged
    if added_key is not None:
        add_key(added_key)
    if values == values_of(row):
        AssistantDraft.objects.for_tenant(row.tenant_id).filter(assistant=row).delete()
        return None
    draft = now.draft or AssistantDraft(tenant_id=row.tenant_id, assistant=row)
    draft.values, draft.token, draft.changed_by = values, uuid.uuid4(), by
    draft.save()
    return draft


@transaction.atomic
def discard_draft(*, assistant: Assistant) -> None:
    """Let go of what isn't published."""
    AssistantDraft.objects.for_tenant(assistant.tenant_id).filter(assistant=_locked(assistant)).delete()


@transaction.atomic
def publish_draft(*, assistant: Assistant, mark: str, by: User, note: str = "") -> AssistantVersion:
    """Let visitors meet the draft. Raises DraftChanged when it isn't the one that was looked at, NothingToPublish."""
    row = _locked(assistant)
    now = edition(row)
    if mark != now.mark:
        raise DraftChanged
    if now.draft is None:
        raise NothingToPublish
    return _publish(row, now.draft.values, by=by, note=note)


@transaction.atomic
def go_back(*, assistant: Assistant, number: int, by: User) -> AssistantVersion:
    """Publish an earlier version once more, as a new one. Raises NoSuchVersion and NothingToPublish."""
    row = _locked(assistant)
    earlier = version(row, number)
    return _publish(row, earlier.values, by=by, note=f"Back to version {number}", returned_to=number)


def note_change(assistant: Assistant, *, before: Values | None, by: Place | None) -> None:
    """Keep a version of what was just stored by other means than a draft; call it in the same transaction."""
    after = values_of(assistant)
    if before == after:
        return
    if before is not None:
        _keep_first(assistant, before)
    number = 1 if before is None else live_number(assistant) + 1
    _keep(assistant, number, after, by=by.person if by else None, published_by_token=by.token_label if by else "")
    if before is not None:
        _carry_over(assistant, before, after)


def _publish(
    row: Assistant, values: Values, *, by: User, note: str, returned_to: int | None = None
) -> AssistantVersion:
    before, next_one = values_of(row), with_values(row, values)
    after = values_of(next_one)
    if after == before:
        raise NothingToPublish
    _keep_first(row, before)
    next_one.save(update_fields=[*FIELDS, "changed_at"])
    kept = _keep(row, live_number(row) + 1, after, by=by, note=note, returned_to=returned_to)
    _carry_over(row, before, after)
    facts = {"returned_to": returned_to} if returned_to else {}
    seen = audit.changes(before, after, shown=TOLD)
    record(Verb.ASSISTANT_PUBLISHED, next_one, changes=seen, version=kept.number, **facts)
    return kept


def record(verb: Verb, assistant: Assistant, **more: Any) -> None:
    """Write down what was done to an assistant."""
    audit.record(verb, tenant=assistant.tenant_id, target=assistant, name=assistant.name, **more)


def _carry_over(assistant: Assistant, before: Values, after: Values) -> None:
    """A draft keeps its own changes and takes over what was published beside it; without any left it is done with."""
    draft = AssistantDraft.objects.for_tenant(assistant.tenant_id).filter(assistant=assistant).first()
    if draft is None:
        return
    merged = {**after, **{field: value for field, value in draft.values.items() if value != before.get(field)}}
    if merged == after:
        draft.delete()
    elif merged != draft.values:
        draft.values = merged
        draft.save(update_fields=["values", "changed_at"])


def _keep(assistant: Assistant, number: int, values: Values, *, by: User | None, **more: Any) -> AssistantVersion:
    return AssistantVersion.objects.create(
        tenant_id=assistant.tenant_id,
        assistant=assistant,
        number=number,
        values=values,
        published_by=by,
        published_at=more.pop("published_at", None) or timezone.now(),
        **more,
    )


def _keep_first(assistant: Assistant, values: Values) -> None:
    """An assistant that is older than its versions gets a first one: what it was until now."""
    if not _versions(assistant).exists():
        _keep(assistant, 1, values, by=None, note=BEFORE_VERSIONS, published_at=assistant.created_at)


def _unkept(assistant: Assistant) -> AssistantVersion:
    return AssistantVersion(
        tenant_id=assistant.tenant_id,
        assistant=assistant,
        number=1,
        values=values_of(assistant),
        published_at=assistant.created_at,
    )


def _versions(assistant: Assistant) -> AssistantVersionQuerySet:
    return AssistantVersion.objects.for_tenant(assistant.tenant_id).filter(assistant=assistant)


def _locked(assistant: Assistant) -> Assistant:
    rows = Assistant.objects.for_tenant(assistant.tenant_id).select_for_update(no_key=True)
    return rows.get(pk=assistant.pk)
