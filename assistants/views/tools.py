"""Pages: what assistants may do beside talking."""

from __future__ import annotations

import json
import uuid

from asgiref.sync import async_to_sync
from django.contrib import messages
from django.db import connection
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assistants.models import Allowance, Assistant, Tool, ToolUser
from assistants.models.tool import TOOLS_MOST, ToolQuerySet
from assistants.tool_forms import AllowanceForm, ToolForm, with_model
from assistants.tools import shed
from tenants.access import MemberRequest, role_required
from tenants.models import Role

ARGUMENTS_MOST = 8_000


@require_safe
@role_required(Role.ADMIN)
def tool_list(request: MemberRequest) -> HttpResponse:
    """The tenant's own tools, and what each assistant may do."""
    users = ToolUser.objects.for_tenant(request.tenant).select_related("assistant").order_by("assistant__name")
    tools = _tools(request).in_order().prefetch_related(Prefetch("users", users))
    assistants = with_model(request.tenant).select_related("allowance").prefetch_related("tools")
    return render(request, "assistants/tools.html", {"tools": list(tools), "assistants": list(assistants)})


@sensitive_post_parameters("secrets")
@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def new_tool(request: MemberRequest) -> HttpResponse:
    """Add a tool."""
    return _form_page(request, Tool(tenant=request.tenant), is_new=True)


@sensitive_post_parameters("secrets")
@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def edit_tool(request: MemberRequest, tool_id: uuid.UUID) -> HttpResponse:
    """Change a tool, and try it as it is stored."""
    return _form_page(request, _tool(request, tool_id), is_new=False)


def _form_page(request: MemberRequest, tool: Tool, *, is_new: bool) -> HttpResponse:
    name = tool.name
    form = ToolForm(request.POST or None, instance=tool, is_new=is_new)
    if request.method == "POST" and form.is_valid():
        try:
            shed.save_tool(tool=form.tool(), users=form.cleaned_data["users"])
        except shed.ShedFull:
            form.add_error(None, f"There are {TOOLS_MOST} tools already. Delete one that you don’t need.")
        else:
            messages.success(request, f"“{tool.name}” is saved.")
            return redirect("assistants:tool", tool.pk) if is_new else redirect("assistants:tools")
    context = {"form": form, "tool": tool, "is_new": is_new, "name": name, "example": _example(tool)}
    return render(request, "assistants/tool.html", context, status=422 if form.errors else 200)


@require_POST
@role_required(Role.ADMIN)
def tool_test(request: MemberRequest, tool_id: uuid.UUID) -> HttpResponse:
    """Call a tool now, with arguments that a person wrote."""
    tool = _tool(request, tool_id)
    connection.close()  # nobody else waits for it while the tool answers
    tried = async_to_sync(shed.try_tool)(tool, request.POST.get("arguments", "").strip()[:ARGUMENTS_MOST])
    return render(request, "assistants/_tool_tried.html", {"tried": tried})


@require_POST
@role_required(Role.ADMIN)
def tool_switch(request: MemberRequest, tool_id: uuid.UUID) -> HttpResponse:
    """Take a tool into use, or out of it."""
    tool = _tool(request, tool_id)
    shed.switch_tool(tool=tool, active=request.POST.get("active") == "on")
    messages.success(request, f"“{tool.name}” is switched {'on' if tool.active else 'off'}.")
    return redirect("assistants:tools")


@require_POST
@role_required(Role.ADMIN)
def tool_removal(request: MemberRequest, tool_id: uuid.UUID) -> HttpResponse:
    """Delete a tool."""
    tool = _tool(request, tool_id)
    shed.remove_tool(tool=tool)
    messages.success(request, f"“{tool.name}” is deleted.")
    return redirect("assistants:tools")


@require_http_methods(["GET", "POST"])
@role_required(Role.ADMIN)
def allowance(request: MemberRequest, assistant_id: uuid.UUID) -> HttpResponse:
    """Say what one assistant may do by itself."""
    assistant = get_object_or_404(Assistant.objects.for_tenant(request.tenant), pk=assistant_id)
    stored = Allowance.objects.for_tenant(request.tenant).filter(assistant=assistant).first()
    form = AllowanceForm(
        request.POST if request.method == "POST" else None,
        instance=stored or Allowance(tenant=request.tenant, assistant=assistant),
    )
    if request.method == "POST" and form.is_valid():
        shed.save_allowance(assistant=assistant, **form.cleaned_data)
        messages.success(request, f"What “{assistant.name}” may do is saved.")
        return redirect("assistants:tools")
    has_model = assistant.provider == Assistant.Provider.OPENAI
    context = {"form": form, "assistant": assistant, "has_model": has_model}
    return render(request, "assistants/allowance.html", context, status=422 if form.errors else 200)


def _example(tool: Tool) -> str:
    """Arguments to begin a try with: those that must not be left out."""
    return json.dumps(dict.fromkeys(tool.parameters.get("required", []), ""))


def _tools(request: MemberRequest) -> ToolQuerySet:
    return Tool.objects.for_tenant(request.tenant)


def _tool(request: MemberRequest, tool_id: uuid.UUID) -> Tool:
    return get_object_or_404(_tools(request), pk=tool_id)
