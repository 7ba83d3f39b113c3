"""Pages: publish an assistant's draft, look at what it was before, and go back to it."""

from __future__ import annotations

import uuid
from contextlib import suppress

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assistants import versions
from assistants.dialogues import book, desk
from assistants.models import Assistant
from assistants.version_words import changes
from tenants.access import MemberRequest, role_required
from tenants.models import Role

NOTE_MOST = 300
DRAFT = "draft"


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def publication(request: MemberRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """What publishing the draft changes for visitors; a POST does it."""
    assistant = _assistant(request, assistant_id)
    if request.method == "GET":
        return _publication_page(request, assistant)
    note = " ".join(request.POST.get("note", "").replace("\x00", "").split())[:NOTE_MOST]
    mark = request.POST.get("mark", "")
    despite = _ids(request.POST.getlist("despite")) if request.POST.get("confirmed") else []
    try:
        kept = desk.publish(assistant=assistant, mark=mark, by=request.user, note=note, despite=despite)
    except versions.DraftChanged:
        return _publication_page(request, assistant, status=409, is_late=True)
    except desk.HeldUp:
        return _publication_page(request, assistant, status=409, is_held_up=True)
    except versions.NothingToPublish:
        messages.info(request, "There is nothing to publish: visitors meet this already.")
        return redirect("assistants:edit", assistant.pk)
    messages.success(request, f"Version {kept.number} of “{kept.values['name']}” answers visitors now.")
    return redirect("assistants:versions", assistant.pk)


def _publication_page(
    request: MemberRequest, assistant: Assistant, *, status: int = 200, **more: object
) -> HttpResponse:
    """With htmx only the dialogues' part of it, while they run."""
    now = versions.edition(assistant)
    context = {"assistant": assistant, "edition": now, "next": now.live + 1, "note": request.POST.get("note", "")}
    if now.draft:
        context |= {
            "changes": changes(assistant, versions.values_of(assistant), now.draft.values),
            "standing": desk.standing(assistant, now.draft.values),
            "blocks": book.watch_of(assistant).blocks_publishing,
        }
    template = "assistants/publication.html"
    if request.headers.get("HX-Request") and request.method == "GET":
        template = "assistants/_publication_dialogues.html"
    return render(request, template, context | more, status=status)


def _ids(given: list[str]) -> list[uuid.UUID]:
    """Those of the ids that are any."""
    found = []
    for text in given:
        with suppress(ValueError):
            found.append(uuid.UUID(text))
    return found


@require_POST
@role_required(Role.ADMIN)
def discarding(request: MemberRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Let go of the draft."""
    assistant = _assistant(request, assistant_id)
    versions.discard_draft(assistant=assistant)
    messages.success(request, f"The draft of “{assistant.name}” is gone. The form shows what visitors meet.")
    return redirect("assistants:edit", assistant.pk)


@require_safe
@role_required(Role.ADMIN)
def version_list(request: MemberRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Every version, the live one on top."""
    assistant = _assistant(request, assistant_id)
    context = {
        "assistant": assistant,
        "versions": versions.history(assistant),
        "draft": versions.edition(assistant).draft,
    }
    return render(request, "assistants/versions.html", context)


@require_safe
@role_required(Role.ADMIN)
def comparison(request: MemberRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Two versions, field by field; either may be the draft."""
    assistant = _assistant(request, assistant_id)
    history, draft = versions.history(assistant), versions.edition(assistant).draft
    live = str(history[0].number)
    after = request.GET.get("to") or (DRAFT if draft else live)
    before = request.GET.get("from") or (live if after == DRAFT else str(max(int(live) - 1, 1)))
    values = [draft.values if draft and chosen == DRAFT else _values(assistant, chosen) for chosen in (before, after)]
    context = {
        "assistant": assistant,
        "choices": [*([(DRAFT, "Draft")] if draft else []), *((str(v.number), str(v)) for v in history)],
        "before": before,
        "after": after,
        "changes": changes(assistant, *values),
    }
    return render(request, "assistants/comparison.html", context)


def _values(assistant: Assistant, number: str) -> versions.Values:
    try:
        kept = versions.version(assistant, int(number))
    except (ValueError, versions.NoSuchVersion):
        raise Http404 from None
    values: versions.Values = kept.values
    return values


@require_POST
@role_required(Role.ADMIN)
def going_back(request: MemberRequest, assistant_id: uuid.UUID, number: int) -> HttpResponse:
    """Let visitors meet an earlier version again."""
    assistant = _assistant(request, assistant_id)
    try:
        kept = versions.go_back(assistant=assistant, number=number, by=request.user)
    except versions.NoSuchVersion:
        raise Http404 from None
    except versions.NothingToPublish:
        messages.info(request, f"Visitors meet the very same as version {number} already.")
    else:
        words = f"Back to version {number}: it is version {kept.number} now. To undo this, go back to the one before."
        messages.success(request, words)
    return redirect("assistants:versions", assistant.pk)


def _assistant(request: MemberRequest, assistant_id: uuid.UUID) -> Assistant:
    assistants = Assistant.objects.for_tenant(request.tenant).select_related("provider_key", "fallback_assistant")
    return get_object_or_404(assistants, pk=assistant_id)
