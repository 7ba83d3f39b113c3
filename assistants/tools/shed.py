"""What people can do with a tenant's tools: keep them, say who may use which, and try one."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from assistants.models import Allowance, Assistant, Tool, ToolUser
from assistants.models.tool import TOOLS_MOST
from assistants.tools import http
from assistants.tools.schemas import BadArguments, read_arguments
from tenants.models import Tenant


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
    tool.save()
    ToolUser.objects.for_tenant(tool.tenant_id).filter(tool=tool).delete()
    ToolUser.objects.bulk_create(ToolUser(tenant=tool.tenant, tool=tool, assistant=user) for user in users)
    return tool


def switch_tool(*, tool: Tool, active: bool) -> None:
    """Take a tool into use, or out of it."""
    tool.active = active
    tool.save(update_fields=["active", "changed_at"])


@transaction.atomic
def save_allowance(*, assistant: Assistant, tools: Iterable[Tool], **fields: Any) -> None:
    """Say what an assistant may do by itself; a row that allows nothing goes."""
    allowance = Allowance(**fields)
    if allowance.is_on:
        Allowance.objects.update_or_create(tenant=assistant.tenant, assistant=assistant, defaults=fields)
    else:
        Allowance.objects.for_tenant(assistant.tenant_id).filter(assistant=assistant).delete()
    ToolUser.objects.for_tenant(assistant.tenant_id).filter(assistant=assistant).delete()
    ToolUser.objects.bulk_create(ToolUser(tenant=assistant.tenant, tool=tool, assistant=assistant) for tool in tools)


async def try_tool(tool: Tool, arguments: str) -> Tried:
    """Call a tool as a model would, for the person who sets it up."""
    began = time.monotonic()
    try:
        ok, text = True, await http.call(tool, read_arguments(arguments, tool.parameters))
    except (BadArguments, http.CallFailed) as problem:
        ok, text = False, str(problem)
    return Tried(ok, text, round((time.monotonic() - began) * 1000))
