"""Pages: run dialogues, and see what came of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from assistants import versions
from assistants.dialogues import desk, runs
from assistants.dialogues.shown import shown_result
from assistants.models import Assistant, Dialogue, DialogueResult, DialogueRun
from assistants.models.dialogue import DialogueQuerySet
from tenants.access import MemberRequest, role_required
from tenants.models import Role


@require_POST
@role_required(Role.ADMIN)
def run_dialogues(request: MemberRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Run all dialogues of an assistant as visitors meet it, or one of them."""
    assistant = get_object_or_404(Assistant.objects.for_tenant(request.tenant), pk=assistant_id)
    dialogues = Dialogue.objects.for_tenant(request.tenant).filter(assistant=assistant)
    dialogue = _chosen(request, dialogues)
    if not dialogues.exists():
        messages.info(request, "There is no dialogue to run yet.")
        return redirect("assistants:dialogues", assistant.pk)
    return redirect("assistants:run", desk.run_now(assistant=assistant, dialogue=dialogue, by=request.user).pk)


def _chosen(request: MemberRequest, dialogues: DialogueQuerySet) -> Dialogue | None:
    """The one dialogue that is to be run; None where all are."""
    if not request.POST.get("dialogue"):
        return None
    try:
        return get_object_or_404(dialogues, pk=uuid.UUID(request.POST["dialogue"]))
    except ValueError:
        raise Http404 from None


@require_safe
@role_required(Role.ADMIN)
def run(request: MemberRequest, run_id: uuid.UUID) -> HttpResponse:
    """A run: how far it is, and what came of each dialogue. The part that changes comes alone where it is asked for."""
    found = DialogueRun.objects.for_tenant(request.tenant).select_related("assistant", "dialogue", "asked_by")
    context = _shown(get_object_or_404(found, pk=run_id))
    template = "assistants/_run.html" if request.headers.get("HX-Request") else "assistants/run.html"
    return render(request, template, context)


@require_POST
@role_required(Role.ADMIN)
def stopping(request: MemberRequest, run_id: uuid.UUID) -> HttpResponse:
    """End a run; what came of it so far stays."""
    found = get_object_or_404(DialogueRun.objects.for_tenant(request.tenant), pk=run_id)
    runs.stop(found)
    return redirect("assistants:run", found.pk)


@require_safe
@role_required(Role.ADMIN)
def result(request: MemberRequest, result_id: uuid.UUID) -> HttpResponse:
    """What came of one dialogue, turn by turn, beside what came of it the time before."""
    results = DialogueResult.objects.for_tenant(request.tenant).select_related("dialogue", "run__assistant")
    found = get_object_or_404(results, pk=result_id)
    before = results.filter(dialogue=found.dialogue, run__created_at__lt=found.run.created_at)
    names = dict(Assistant.objects.for_tenant(request.tenant).values_list("pk", "name"))
    context = {
        "result": found,
        "assistant": found.run.assistant,
        "before": (earlier := before.order_by("-created_at").first()),
        "turns": shown_result(found, earlier, names),
    }
    return render(request, "assistants/result.html", context)


@require_POST
@role_required(Role.ADMIN)
def draft_run(request: MemberRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Run all dialogues with the draft, before it is published."""
    assistant = get_object_or_404(Assistant.objects.for_tenant(request.tenant), pk=assistant_id)
    draft = versions.edition(assistant).draft
    if draft is not None:
        desk.run_now(assistant=assistant, values=draft.values, by=request.user)
    return redirect("assistants:publication", assistant.pk)


def _shown(found: DialogueRun) -> dict[str, Any]:
    """A run with its results, failures first, each with what it was before."""
    results = DialogueResult.objects.for_tenant(found.tenant_id).filter(run=found).select_related("dialogue")
    earlier = desk.earlier_results(found)
    done = list(results.defer("turns").order_by("passed", "dialogue__name", "id"))
    total, passed = max(found.total, len(done)), sum(result.passed for result in done)
    return {
        "run": found,
        "assistant": found.assistant,
        "rows": [{"result": result, "change": _change(result, earlier.get(result.dialogue_id))} for result in done],
        "passed": passed,
        "failed": len(done) - passed,
        "done": len(done),
        "total": total,
        "progress": f"{len(done)} of {total} done, {len(done) - passed} failed",
        "micros": sum(result.micros for result in done),
    }


def _change(now: DialogueResult, before: DialogueResult | None) -> str:
    if before is None or now.passed == before.passed:
        return ""
    return "fixed" if now.passed else "broke"
