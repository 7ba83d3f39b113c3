"""The playground beside an assistant's form: a chat with its unsaved changes. Nothing is stored."""

from __future__ import annotations

import uuid
from typing import Any

from asgiref.sync import async_to_sync
from django.core import signing
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from assistants import trials
from assistants.forms import AssistantForm
from assistants.models import Assistant
from assistants.trials import Standing
from tenants.access import MemberRequest, role_required
from tenants.models import Role

QUESTION_MOST = 4000


@sensitive_post_parameters("new_key")
@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def playground(request: MemberRequest, assistant_id: uuid.UUID | None = None) -> HttpResponse:
    """Say the next thing to the assistant on the form; a GET begins again."""
    assistant = _assistant(request, assistant_id)
    if request.method == "GET":
        return render(request, "assistants/_playground_log.html")
    text = request.POST.get("question", "").replace("\x00", "").strip()[:QUESTION_MOST]
    form = AssistantForm(request.POST, tenant=request.tenant, instance=assistant)
    if not form.is_valid() or not text:
        problem = "Type a question first." if form.is_valid() else "Mend what is marked in the form, then ask again."
        return _turn(request, {"problem": problem, "question": text, "standing": request.POST.get("standing", "")})
    return _turn(request, _said(request, text, form.draft()))


def _said(request: MemberRequest, text: str, draft: Assistant) -> dict[str, Any]:
    """What comes of it. Archived ones can be tried too; where routing is wanted, it may choose another one."""
    draft.active = True
    standing = _standing(request)
    connection.close()  # nobody else waits for it while the model thinks
    asks = None if request.POST.get("routed") else draft.pk
    talk = async_to_sync(trials.say)
    trace, after = talk(text, tenant=request.tenant, standing=standing, draft=draft, asks=asks)
    kept = signing.dumps(trials.pack(after), salt=_salt(request), compress=True)
    return {"trace": trace, "question": text, "standing": kept}


def _turn(request: MemberRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "assistants/_playground_turn.html", context)


def _standing(request: MemberRequest) -> Standing:
    """Where the talk stands, as this page has it; a new one where it is none of ours."""
    try:
        return trials.resume(signing.loads(request.POST.get("standing", ""), salt=_salt(request)))
    except signing.BadSignature:
        return Standing()


def _salt(request: MemberRequest) -> str:
    return f"playground of {request.tenant.pk}"


def _assistant(request: MemberRequest, assistant_id: uuid.UUID | None) -> Assistant:
    if assistant_id is None:
        return Assistant(tenant=request.tenant)
    assistants = Assistant.objects.for_tenant(request.tenant).select_related("provider_key")
    return get_object_or_404(assistants, pk=assistant_id)
