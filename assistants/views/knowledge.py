"""Pages: what a tenant's assistants know."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assistants import knowledge
from assistants.capacity import KnowledgeFull, room
from assistants.knowledge_forms import FORMS, ImportForm, SourceForm
from assistants.models import KnowledgeDocument, KnowledgeSource
from assistants.models.knowledge import KnowledgeSourceQuerySet
from assistants.providers.knowledge import ENOUGH
from assistants.retrieval import explained
from tenants.access import MemberRequest, role_required
from tenants.models import Role

ROWS = 50
SEARCH_MOST = 200
QUESTION_MOST = 4000
Kind = KnowledgeSource.Kind
KINDS = {
    "": "All",
    Kind.FAQ.value: "Questions",
    Kind.TEXT.value: "Texts",
    Kind.FILE.value: "Files",
    Kind.PAGE.value: "Pages",
    Kind.SITE.value: "Sites",
}


@require_safe
@role_required(Role.ADMIN)
def source_list(request: MemberRequest) -> HttpResponse:
    """Every source, by kind and by words of its title or text; asked by a page in wait, only the list itself."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_MOST]
    kind = request.GET.get("kind", "")
    sources = _sources(request).with_words(query).with_counts().in_order().defer("body")
    if kind in Kind.values:
        sources = sources.filter(kind=kind)
    page = Paginator(sources, ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "query": query, "is_busy": any(source.is_busy for source in page)}
    if request.headers.get("HX-Target") == "sources":
        return render(request, "assistants/_sources.html", context)
    totals = _totals(request)
    kinds = _kinds(kind, query, totals)
    context |= {"totals": totals, "kinds": kinds, "room": room(request.tenant)}
    return render(request, "assistants/knowledge.html", context)


def _totals(request: MemberRequest) -> dict[str, int]:
    """How many there are of each kind, and their characters."""
    kinds = {kind: Count("pk", filter=Q(kind=kind)) for kind in Kind.values}
    return _sources(request).aggregate(everything=Count("pk"), characters=Sum("characters", default=0), **kinds)


def _kinds(current: str, query: str, totals: dict[str, int]) -> list[dict[str, object]]:
    """The filter above the list: the kinds that there are."""
    url = reverse("assistants:knowledge")
    current = current if current in KINDS else ""
    return [
        {
            "label": label,
            "value": kind,
            "url": f"{url}?{urlencode({'q': query, 'kind': kind})}" if query or kind else url,
            "current": kind == current,
            "count": totals[kind or "everything"],
        }
        for kind, label in KINDS.items()
        if not kind or totals[kind] or kind == current
    ]


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def new_source(request: MemberRequest) -> HttpResponse:
    """Add a source of the kind that the address names."""
    kind = request.GET.get("kind", Kind.FAQ)
    if kind not in Kind.values:
        raise Http404
    source = KnowledgeSource(tenant=request.tenant, kind=kind, language="", title=request.GET.get("title", "")[:300])
    form = FORMS[kind](request.POST or None, request.FILES or None, instance=source)
    if request.method == "POST" and form.is_valid():
        try:
            added = _add(request, kind, form)
        except KnowledgeFull as problem:
            form.add_error(None, str(problem))
        else:
            return _added(request, added)
    return _form_page(request, form, source, is_new=True)


def _add(request: MemberRequest, kind: str, form: SourceForm) -> KnowledgeSource:
    fields: dict[str, Any] = dict(form.cleaned_data)
    if kind == Kind.FILE:
        file = fields.pop("file")
        return knowledge.add_file(tenant=request.tenant, name=file.name, data=file.read(), **fields)
    add = knowledge.add_source if kind in (Kind.FAQ, Kind.TEXT) else knowledge.add_address
    return add(tenant=request.tenant, kind=kind, **fields)


def _added(request: MemberRequest, added: KnowledgeSource) -> HttpResponse:
    if not added.is_written:
        return redirect("assistants:knowledge_edit", added.pk)
    messages.success(request, f"“{added.title}” can be found from now on.")
    if "another" in request.POST:
        return redirect(f"{reverse('assistants:knowledge_create')}?kind={added.kind}")
    return redirect("assistants:knowledge")


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def edit_source(request: MemberRequest, source_id: uuid.UUID) -> HttpResponse:
    """Change a source; of one that is read, also see how far reading has come."""
    source = get_object_or_404(_sources(request).with_counts(), pk=source_id)
    if request.headers.get("HX-Target") == "reading":
        return render(request, "assistants/_reading.html", _reading(request, source))
    form = FORMS[source.kind](request.POST or None, instance=source)
    if request.method == "POST" and form.is_valid():
        try:
            knowledge.change_source(source=source, **form.cleaned_data)
        except KnowledgeFull as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"“{source.title}” is saved.")
            return redirect("assistants:knowledge") if source.is_written else redirect(request.path)
    return _form_page(request, form, source, is_new=False)


def _form_page(request: MemberRequest, form: SourceForm, source: KnowledgeSource, *, is_new: bool) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "source": source, "is_new": is_new, "title": form.initial.get("title", "")}
    if not is_new and not source.is_written:
        context |= _reading(request, source)
    return render(request, "assistants/source.html", context, status=422 if form.errors else 200)


def _reading(request: MemberRequest, source: KnowledgeSource) -> dict[str, Any]:
    """How far reading a source has come, page by page: what failed first."""
    documents = KnowledgeDocument.objects.for_tenant(request.tenant).filter(source=source).exclude(url="")
    page = Paginator(documents.troubled_first().defer("text"), ROWS).get_page(request.GET.get("page"))
    return {"source": source, "page": page}


@require_POST
@role_required(Role.ADMIN)
def reading(request: MemberRequest, source_id: uuid.UUID) -> HttpResponse:
    """Have a source read once more."""
    source = get_object_or_404(_sources(request).filter(kind__in=(Kind.FILE, Kind.PAGE, Kind.SITE)), pk=source_id)
    knowledge.read_again(source=source)
    return redirect("assistants:knowledge_edit", source.pk)


@require_POST
@role_required(Role.ADMIN)
def removal(request: MemberRequest, source_id: uuid.UUID) -> HttpResponse:
    """Forget a source."""
    source = get_object_or_404(_sources(request), pk=source_id)
    knowledge.remove_source(source=source)
    messages.success(request, f"“{source.title}” is deleted.")
    return redirect("assistants:knowledge")


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def import_questions(request: MemberRequest) -> HttpResponse:
    """Add many questions at once, out of one pasted text."""
    form = ImportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = knowledge.add_questions(tenant=request.tenant, pairs=form.cleaned_data["text"])
        except KnowledgeFull as problem:
            form.add_error("text", str(problem))
        else:
            messages.success(request, f"{len(added)} question{'' if len(added) == 1 else 's'} added.")
            return redirect("assistants:knowledge")
    return render(request, "assistants/import.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@role_required(Role.ADMIN)
def found(request: MemberRequest) -> HttpResponse:
    """The passages that a question finds, also those too weak to be an answer."""
    question = request.GET.get("question", "").replace("\x00", "").strip()[:QUESTION_MOST]
    passages = explained(request.tenant, question) if question else []
    is_answered = any(passage.score >= ENOUGH for passage in passages)
    context = {"question": question, "passages": passages, "is_answered": is_answered}
    return render(request, "assistants/_found.html", context)


def _sources(request: MemberRequest) -> KnowledgeSourceQuerySet:
    return KnowledgeSource.objects.for_tenant(request.tenant)
