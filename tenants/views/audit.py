"""Settings → Audit log: who changed what, when and from where; to look at and to take along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from tenants import audit
from tenants.access import MemberRequest, role_required
from tenants.audit import targets, words
from tenants.audit.exporting import as_file
from tenants.audit.forms import FilterForm
from tenants.audit.searching import STAFF, find
from tenants.models import AuditEntry, Role, Verb
from tenants.models.audit import KEPT
from tenants.paging import BoundedPaginator, page_asked

ROWS = 50


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as the page shows it: `before` and `after` are the words around what was changed."""

    entry: AuditEntry
    actor: str
    before: str
    after: str
    has_target: bool
    url: str
    details: list[str]

    @property
    def is_by_staff(self) -> bool:
        """Of whom a company sees neither address nor name."""
        return self.entry.actor_kind == STAFF


@require_safe
@role_required(Role.ADMIN)
def page(request: MemberRequest) -> HttpResponse:
    """A page of the log; with htmx only the log."""
    form = FilterForm(request.GET, tenant=request.tenant)
    asked = form.asked()
    shown = BoundedPaginator(find(request.tenant, asked), ROWS, page_asked(request)).shown()
    urls = targets.urls(request.tenant.pk, shown)
    context: dict[str, Any] = {
        "filters": form,
        "is_filtered": bool(asked.used),
        "page": shown,
        "lines": [_line(entry, urls) for entry in shown],
        "query": _query(request),
        "days": KEPT.days,
    }
    is_part = request.headers.get("HX-Target") == "audit"
    return render(request, "tenants/_audit.html" if is_part else "tenants/audit.html", context)


@require_GET
@role_required(Role.ADMIN)
def export(request: MemberRequest) -> StreamingHttpResponse:
    """What the log shows, all of it, as a file; that somebody took it stands in the log, too."""
    asked = FilterForm(request.GET, tenant=request.tenant).asked()
    with transaction.atomic():
        audit.record(Verb.AUDIT_EXPORTED, tenant=request.tenant, filters=asked.used)
    return as_file(find(request.tenant, asked))


def _line(entry: AuditEntry, urls: dict[targets.Key, str]) -> Line:
    before, has_target, after = words.phrase_of(entry).partition("{}")
    url = urls.get((entry.target_kind, entry.target_id), "")
    return Line(entry, words.actor_of(entry), before, after, bool(has_target), url, words.details_of(entry))


def _query(request: MemberRequest) -> str:
    """The filters as they stand in the address, without the page's number."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()
