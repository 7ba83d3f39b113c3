"""Pages: an assistant's saved dialogues, and each of them."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assistants import selection
from assistants.dialogues import book, desk
from assistants.dialogues.forms import DialogueForm, choices_for
from assistants.models import Assistant, Dialogue, DialogueRun
from conversations.models import Conversation
from conversations.rows import name_of
from tenants.access import MemberRequest, role_required
from tenants.models import Role

RUNS_SHOWN = 10


@require_safe
@role_required(Role.ADMIN)
def dialogue_list(request: MemberRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """The dialogues, each with its last result, and the runs before."""
    assistant = _assistant(request, assistant_id)
    dialogues = list(Dialogue.objects.for_tenant(request.tenant).filter(assistant=assistant).in_order())
    latest = desk.latest_results(assistant)
    runs = DialogueRun.objects.for_tenant(request.tenant).filter(assistant=assistant).select_related("asked_by")
    context = {
        "assistant": assistant,
        "rows": [{"dialogue": dialogue, "result": latest.get(dialogue.pk)} for dialogue in dialogues],
        "runs": list(runs.select_related("dialogue").in_order()[:RUNS_SHOWN]),
        "watch": book.watch_of(assistant),
    }
    return render(request, "assistants/dialogues.html", context)


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def new_dialogue(request: MemberRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Write a dialogue by hand."""
    assistant = _assistant(request, assistant_id)
    return _form_page(request, Dialogue(tenant=request.tenant, assistant=assistant), is_new=True)


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def from_conversation(request: MemberRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Make a dialogue of what was really said. Nothing is stored before it was looked at."""
    conversations = Conversation.objects.visible_to(request.membership).select_related("contact")
    conversation = get_object_or_404(conversations, pk=conversation_id)
    assistants = Assistant.objects.for_tenant(request.tenant)
    spoke = assistants.filter(pk=conversation.assistant_id).first() if conversation.assistant_id else None
    assistant = spoke or selection.default_for_chat(request.tenant) or assistants.in_order().first()
    if assistant is None:
        messages.info(request, "Add an assistant first. A dialogue is run against one.")
        return redirect("assistants:list")
    mask = None if "as_it_was" in request.GET else book.mask_for(conversation)
    turns = book.turns_of(conversation, mask=mask)
    dialogue = Dialogue(tenant=request.tenant, assistant=assistant, turns=turns)
    return _form_page(
        request,
        dialogue,
        is_new=True,
        conversation=conversation,
        visitor=name_of(conversation),
        masked=mask.found if mask else [],
        as_it_was=mask is None,
    )


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def edit_dialogue(request: MemberRequest, dialogue_id: uuid.UUID) -> HttpResponse:
    """Change a dialogue."""
    return _form_page(request, _dialogue(request, dialogue_id), is_new=False)


def _form_page(request: MemberRequest, dialogue: Dialogue, *, is_new: bool, **more: object) -> HttpResponse:
    form = DialogueForm(request.POST if request.method == "POST" else None, tenant=request.tenant, dialogue=dialogue)
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(request, form, dialogue, is_new=is_new)
        except book.BookFull:
            form.add_error(None, f"There are {book.DIALOGUES_MOST} dialogues already. Delete one you don’t need.")
        else:
            return _after_saving(request, saved)
    context = {"form": form, "dialogue": dialogue, "assistant": dialogue.assistant, "is_new": is_new, **more}
    context |= choices_for(request.tenant)
    return render(request, "assistants/dialogue.html", context, status=422 if form.errors else 200)


def _save(request: MemberRequest, form: DialogueForm, dialogue: Dialogue, *, is_new: bool) -> Dialogue:
    assistant = form.cleaned_data["assistant"]
    if is_new:
        return book.add_dialogue(assistant=assistant, by=request.user, **form.values())
    return book.change_dialogue(dialogue=dialogue, assistant=assistant, **form.values())


def _after_saving(request: MemberRequest, dialogue: Dialogue) -> HttpResponse:
    if request.POST.get("then") == "run":
        run = desk.run_now(assistant=dialogue.assistant, dialogue=dialogue, by=request.user)
        return redirect("assistants:run", run.pk)
    messages.success(request, f"“{dialogue.name}” is saved.")
    return redirect("assistants:dialogues", dialogue.assistant_id)


@require_POST
@role_required(Role.ADMIN)
def dialogue_removal(request: MemberRequest, dialogue_id: uuid.UUID) -> HttpResponse:
    """Delete a dialogue, with what came of it."""
    dialogue = _dialogue(request, dialogue_id)
    dialogue.delete()
    messages.success(request, f"“{dialogue.name}” is deleted.")
    return redirect("assistants:dialogues", dialogue.assistant_id)


@require_POST
@role_required(Role.ADMIN)
def blocking(request: MemberRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Let failing dialogues hold up publishing, or not."""
    assistant = _assistant(request, assistant_id)
    blocks = request.POST.get("blocks") == "on"
    book.set_blocking(assistant=assistant, blocks=blocks)
    words = "now hold up publishing" if blocks else "no longer hold up publishing"
    messages.success(request, f"Failing dialogues {words}.")
    return redirect(reverse("assistants:dialogues", args=[assistant.pk]))


def _assistant(request: MemberRequest, assistant_id: uuid.UUID) -> Assistant:
    return get_object_or_404(Assistant.objects.for_tenant(request.tenant), pk=assistant_id)


def _dialogue(request: MemberRequest, dialogue_id: uuid.UUID) -> Dialogue:
    dialogues = Dialogue.objects.for_tenant(request.tenant).select_related("assistant")
    return get_object_or_404(dialogues, pk=dialogue_id)
