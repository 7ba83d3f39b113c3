"""Where what was changed is found today. The apps say it of what they hold; what is gone leads nowhere."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import reverse

from tenants.models import AuditEntry, Subject

Key = tuple[str, str]
"""A subject and the id of what was changed."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page: of the row that has the id, or where there is no `model` one for all of the subject."""

    view: str
    model: type[models.Model] | None = None
    query: str = ""


_places: dict[str, Place] = {}


def leads_to(subject: Subject, view: str, model: type[models.Model] | None = None, *, query: str = "") -> None:
    """Let entries about the subject lead to this page."""
    _places[subject] = Place(view, model, query)


def urls(tenant_id: uuid.UUID, entries: Iterable[AuditEntry]) -> dict[Key, str]:
    """The addresses of what the entries are about, as far as it is still there; one query for all of them."""
    found: dict[Key, str] = {}
    asked: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        place = _places.get(entry.target_kind)
        if place is None or not (entry.target_id or place.model is None):
            continue
        if place.model is None:
            found[entry.target_kind, entry.target_id] = reverse(place.view) + place.query
        else:
            asked[entry.target_kind].add(entry.target_id)
    there = _there(tenant_id, asked)
    for kind, ids in asked.items():
        found |= {(kind, one): reverse(_places[kind].view, args=[one]) for one in ids if one in there}
    return found


def _there(tenant_id: uuid.UUID, asked: dict[str, set[str]]) -> set[str]:
    queries: list[models.QuerySet[Any, Any]] = []
    for kind, ids in asked.items():
        model = _places[kind].model
        assert model is not None
        rows = model._default_manager.filter(tenant=tenant_id, pk__in=ids)  # noqa: SLF001  (documented)
        queries.append(rows.order_by().values_list("pk", flat=True))
    return {str(pk) for pk in queries[0].union(*queries[1:], all=True)} if queries else set()
