"""What people can do with a tenant's tools: keep them, say who may use which, and try one."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from assistants.models import Allowance, Assistant, Tool, ToolUser
from assistants.models.tool import TOOLS_MOST
from assistants.tools import http
from assistants.tools.schemas import BadArguments, read_arguments
from tenants import audit
from tenants.models import Tenant, Verb

_TOLD: Final = ("name", "method", "header_names", "active")
"""Of these the audit log shows values; addresses, descriptions and headers are only named."""


class ShedFull(Exception):
    """The tenant has as many tools as it can have."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a tool came to when a person tried it."""

    ok: bool
    text: str
    milliseconds: int


@transaction.atomic
def save_tool(*, tool: Tool, users: Iterable[Assistant]) -> Tool:
    """Store a tool, and which assistants may use it. Raises ShedFull."""
    Tenant.objects.select_for_update(no_key=True).get(pk=tool.tenant_id)
    others = Tool.objects.for_tenant(tool.tenant_id).exclude(pk=tool.pk)
    if others.count() >= TOOLS_MOST:
        raise ShedFull
    stored, users = Tool.objects.for_tenant(tool.tenant_id).filter(pk=tool.pk).first(), list(users)
    seen = audit.changes(_seen(stored), _seen(tool, users), shown=_TOLD) if stored else None
    tool.save()
    ToolUser.objects.for_tenant(tool.tenant_id).filter(tool=tool).delete()
    ToolUser.objects.bulk_create(ToolUser(tenant=tool.tenant, tool=tool, assistant=user) for user in users)
    if seen is None:
        audit.record(Verb.TOOL_CREATED, tenant=tool.tenant_id, target=tool, method=tool.method)
    else:
        audit.record_changes(Verb.TOOL_CHANGED, tenant=tool.tenant_id, target=tool, changes=seen)
    return tool


def _seen(tool: Tool, users: Iterable[Assistant] | None = None) -> dict[str, Any]:
    """A tool as the audit log compares it: with its users, given or stored."""
    stored = ToolUser.objects.for_tenant(tool.tenant_id).filter(tool=tool).values_list("assistant", flat=True)
    assistants = set(stored) if users is None else {user.pk for user in users}
    fields = audit.snapshot(tool, (*_TOLD, "description", "parameters", "url"))
    return fields | {"headers": bytes(tool.headers), "assistants": assistants}


@transaction.atomic
def switch_tool(*, tool: Tool, active: bool) -> None:
    """Take a tool into use, or out of it."""
    seen = audit.changes({"active": tool.active}, {"active": active}, shown=["active"])
    tool.active = active
    tool.save(update_fields=["active", "changed_at"])
    audit.record_changes(Verb.TOOL_CHANGED, tenant=tool.tenant_id, target=tool, changes=seen)


@transaction.atomic
def remove_tool(*, tool: Tool) -> None:
    """Delete a tool."""
    audit.record(Verb.TOOL_DELETED, tenant=tool.tenant_id, target=tool)
    tool.delete()


@transaction.atomic
def save_allowance(*, assistant: Assistant, tools: Iterable[Tool], **fields: Any) -> None:
    """Say what an assistant may do by itself; a row that allows nothing goes."""
    allowance, tools = Allowance(**fields), list(tools)
    before = _allowed(assistant, fields)
    if allowance.is_on:
        Allowance.objects.update_or_create(tenant=assistant.tenant, assistant=assistant, defaults=fields)
    else:
        Allowance.objects.for_tenant(assistant.tenant_id).filter(assistant=assistant).delete()
    ToolUser.objects.for_tenant(assistant.tenant_id).filter(assistant=assistant).delete()
    ToolUser.objects.bulk_create(ToolUser(tenant=assistant.tenant, tool=tool, assistant=assistant) for tool in tools)
    seen = audit.changes(before, fields | {"tools": {tool.pk for tool in tools}}, shown=fields)
    verb = Verb.ASSISTANT_TOOLS_CHANGED
    audit.record_changes(verb, tenant=assistant.tenant_id, target=assistant, name=assistant.name, changes=seen)


def _allowed(assistant: Assistant, fields: Iterable[str]) -> dict[str, Any]:
    """What an assistant may do now."""
    row = Allowance.objects.for_tenant(assistant.tenant_id).filter(assistant=assistant).first() or Allowance()
    tools = ToolUser.objects.for_tenant(assistant.tenant_id).filter(assistant=assistant).values_list("tool", flat=True)
    return audit.snapshot(row, fields) | {"tools": set(tools)}


async def try_tool(tool: Tool, arguments: str) -> Tried:
    """Call a tool as a model would, for the person who sets it up."""
    began = time.monotonic()
    try:
        ok, text = True, await http.call(tool, read_arguments(arguments, tool.parameters))
    except (BadArguments, http.CallFailed) as problem:
        ok, text = False, str(problem)
    return Tried(ok, text, round((time.monotonic() - began) * 1000))
