"""Pages: a tenant's assistants, and each of them."""

from __future__ import annotations

import copy
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assistants import roster, versions
from assistants.forms import AssistantForm
from assistants.models import Assistant, AssistantDraft, KnowledgeSource, ProviderKey
from assistants.models.assistant import AssistantQuerySet
from assistants.version_words import changes
from tenants.access import MemberRequest, role_required
from tenants.models import Role


@require_safe
@role_required(Role.ADMIN)
def assistant_list(request: MemberRequest) -> HttpResponse:
    """Every assistant, those who answer first on top."""
    assistants = list(_assistants(request).select_related("provider_key").with_drafts().in_order())
    context = {
        "assistants": assistants,
        "answering": next((a for a in assistants if a.is_default_chat), None)
        or next((a for a in assistants if a.is_default), None),
        "sources": KnowledgeSource.objects.for_tenant(request.tenant).count(),
    }
    return render(request, "assistants/list.html", context)


@sensitive_post_parameters("new_key")
@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def new_assistant(request: MemberRequest) -> HttpResponse:
    """Add an assistant. A tenant's first one is offered as the default."""
    starred = _assistants(request).filter(Q(is_default=True) | Q(is_default_chat=True))
    first = request.method == "GET" and not starred.exists()
    assistant = Assistant(tenant=request.tenant, is_default=first, is_default_chat=first)
    form = AssistantForm(request.POST or None, tenant=request.tenant, instance=assistant)
    if request.method == "POST" and form.is_valid():
        saved = roster.save_assistant(form.draft(), added_key=form.added_key, by=request.membership)
        messages.success(request, f"“{saved.name}” is ready.")
        return redirect("assistants:edit", saved.pk)
    return _form_page(request, form, assistant)


@sensitive_post_parameters("new_key")
@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def edit_assistant(request: MemberRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Change an assistant's draft, and try it before anybody meets it."""
    assistant = _assistant(request, assistant_id)
    now = versions.edition(assistant)
    drafted = versions.with_values(assistant, now.draft.values) if now.draft else assistant
    form = AssistantForm(request.POST or None, tenant=request.tenant, instance=copy.copy(drafted))
    context: dict[str, Any] = {"edition": now, "mark": now.mark}
    if request.method == "POST" and form.is_valid():
        values = versions.values_of(form.draft())
        try:
            draft = versions.save_draft(
                assistant=assistant,
                values=values,
                mark=request.POST.get("mark", ""),
                by=request.user,
                added_key=form.added_key,
            )
        except versions.DraftChanged:
            context = _collision(_assistant(request, assistant_id), values)
        else:
            return _saved(request, assistant, draft)
    return _form_page(request, form, assistant, **context)


def _collision(assistant: Assistant, values: versions.Values) -> dict[str, Any]:
    """What somebody else saved meanwhile, and how the form differs from it; saving again puts the form in its place."""
    now = versions.edition(assistant)
    theirs = now.draft.values if now.draft else versions.values_of(assistant)
    return {"edition": now, "mark": now.mark, "collision": changes(assistant, theirs, values)}


def _saved(request: MemberRequest, assistant: Assistant, draft: AssistantDraft | None) -> HttpResponse:
    if draft is None:
        messages.success(request, "This is what visitors meet already. There is nothing to publish.")
    elif request.POST.get("then") == "publish":
        return redirect("assistants:publication", assistant.pk)
    else:
        messages.success(request, "The draft is saved. Visitors meet it once you publish it.")
    return redirect("assistants:edit", assistant.pk)


def _form_page(request: MemberRequest, form: AssistantForm, assistant: Assistant, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "assistant": assistant,
        "is_new": assistant._state.adding,  # noqa: SLF001  (the one way to ask)
        "sources": KnowledgeSource.objects.for_tenant(request.tenant).count(),
        **more,
    }
    status = 422 if form.errors else 409 if more.get("collision") is not None else 200
    return render(request, "assistants/edit.html", context, status=status)


@require_POST
@role_required(Role.ADMIN)
def star(request: MemberRequest, assistant_id: uuid.UUID, which: str) -> HttpResponse:
    """Make an assistant the only default of a kind."""
    assistant = _assistant(request, assistant_id)
    if which not in roster.STARS:
        raise Http404
    kind = "the default for chat" if which == "is_default_chat" else "the general default"
    if request.POST.get("away"):
        roster.take_star(assistant=assistant, star=which)
        messages.success(request, f"“{assistant.name}” is no longer {kind}.")
        return redirect("assistants:list")
    try:
        roster.give_star(assistant=assistant, star=which)
    except roster.Archived:
        messages.error(request, f"“{assistant.name}” is archived. Restore it before you make it a default.")
    else:
        messages.success(request, f"“{assistant.name}” is now {kind}.")
    return redirect("assistants:list")


@require_POST
@role_required(Role.ADMIN)
def archiving(request: MemberRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Let an assistant answer no more."""
    assistant = _assistant(request, assistant_id)
    roster.archive(assistant=assistant)
    messages.success(request, f"“{assistant.name}” is archived and answers no more.")
    return redirect("assistants:list")


@require_POST
@role_required(Role.ADMIN)
def restoring(request: MemberRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Let an archived assistant answer again."""
    assistant = _assistant(request, assistant_id)
    roster.restore(assistant=assistant)
    messages.success(request, f"“{assistant.name}” can answer again.")
    return redirect("assistants:list")


@require_POST
@role_required(Role.ADMIN)
def key_removal(request: MemberRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Forget the key that an assistant uses."""
    assistant = _assistant(request, assistant_id)
    key = get_object_or_404(ProviderKey.objects.for_tenant(request.tenant), pk=assistant.provider_key_id)
    roster.remove_key(key=key)
    messages.success(request, f"The key “{key.label}” is removed.")
    return redirect("assistants:edit", assistant.pk)


def _assistants(request: MemberRequest) -> AssistantQuerySet:
    return Assistant.objects.for_tenant(request.tenant)


def _assistant(request: MemberRequest, assistant_id: uuid.UUID) -> Assistant:
    return get_object_or_404(_assistants(request).select_related("provider_key"), pk=assistant_id)
