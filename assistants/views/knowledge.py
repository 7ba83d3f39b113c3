"""Pages: what a tenant's assistants know."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assistants import knowledge
from assistants.forms import ImportForm, SourceForm
from assistants.models import KnowledgeSource
from assistants.models.knowledge import KnowledgeSourceQuerySet
from assistants.providers.knowledge import ENOUGH
from assistants.search import SHOWN, find_passages
from tenants.access import MemberRequest, role_required
from tenants.models import Role

ROWS = 50
SEARCH_MOST = 200
QUESTION_MOST = 4000


@require_safe
@role_required(Role.ADMIN)
def source_list(request: MemberRequest) -> HttpResponse:
    """Every source, by kind and by words of its title or text."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:SEARCH_MOST]
    kind = request.GET.get("kind", "")
    sources = _sources(request).with_words(query).in_order().defer("body")
    if kind in KnowledgeSource.Kind.values:
        sources = sources.filter(kind=kind)
    totals = _sources(request).aggregate(
        characters=Sum("characters", default=0),
        everything=Count("pk"),
        faqs=Count("pk", filter=Q(kind=KnowledgeSource.Kind.FAQ)),
    )
    context = {
        "page": Paginator(sources, ROWS).get_page(request.GET.get("page")),
        "query": query,
        "totals": totals,
        "kinds": _kinds(kind, query, totals),
    }
    return render(request, "assistants/knowledge.html", context)


def _kinds(current: str, query: str, totals: dict[str, int]) -> list[dict[str, object]]:
    """The filter above the list."""
    url = reverse("assistants:knowledge")
    counts = {
        "": ("All", totals["everything"]),
        "faq": ("Questions", totals["faqs"]),
        "text": ("Texts", totals["everything"] - totals["faqs"]),
    }
    current = current if current in counts else ""
    return [
        {
            "label": label,
            "value": kind,
            "url": f"{url}?{urlencode({'q': query, 'kind': kind})}" if query or kind else url,
            "current": kind == current,
            "count": count,
        }
        for kind, (label, count) in counts.items()
    ]


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def new_source(request: MemberRequest) -> HttpResponse:
    """Add a question with its answer, or a text."""
    kind = request.GET.get("kind", KnowledgeSource.Kind.FAQ.value)
    if kind not in KnowledgeSource.Kind.values:
        raise Http404
    source = KnowledgeSource(tenant=request.tenant, kind=kind, language="", title=request.GET.get("title", "")[:300])
    form = SourceForm(request.POST or None, instance=source)
    if request.method == "POST" and form.is_valid():
        added = knowledge.add_source(tenant=request.tenant, kind=kind, **form.cleaned_data)
        messages.success(request, f"“{added.title}” can be found from now on.")
        if "another" in request.POST:
            return redirect(f"{reverse('assistants:knowledge_create')}?kind={kind}")
        return redirect("assistants:knowledge")
    return _form_page(request, form, source, is_new=True)


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def edit_source(request: MemberRequest, source_id: uuid.UUID) -> HttpResponse:
    """Change a source."""
    source = get_object_or_404(_sources(request), pk=source_id)
    form = SourceForm(request.POST or None, instance=source)
    if request.method == "POST" and form.is_valid():
        knowledge.change_source(source=source, **form.cleaned_data)
        messages.success(request, f"“{source.title}” is saved.")
        return redirect("assistants:knowledge")
    return _form_page(request, form, source, is_new=False)


def _form_page(request: MemberRequest, form: SourceForm, source: KnowledgeSource, *, is_new: bool) -> HttpResponse:
    context = {"form": form, "source": source, "is_new": is_new, "title": form.initial.get("title", "")}
    return render(request, "assistants/source.html", context, status=422 if form.errors else 200)


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
        added = knowledge.add_questions(tenant=request.tenant, pairs=form.cleaned_data["text"])
        messages.success(request, f"{len(added)} question{'' if len(added) == 1 else 's'} added.")
        return redirect("assistants:knowledge")
    return render(request, "assistants/import.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@role_required(Role.ADMIN)
def found(request: MemberRequest) -> HttpResponse:
    """The passages that a question finds, also those too weak to be an answer."""
    question = request.GET.get("question", "").replace("\x00", "").strip()[:QUESTION_MOST]
    passages = find_passages(request.tenant.pk, question, at_least=SHOWN) if question else []
    context = {"question": question, "passages": passages, "enough": ENOUGH}
    return render(request, "assistants/_found.html", context)


def _sources(request: MemberRequest) -> KnowledgeSourceQuerySet:
    return KnowledgeSource.objects.for_tenant(request.tenant)
