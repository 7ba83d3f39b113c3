"""An assistant with tools, and a model's double that asks for them."""

from __future__ import annotations

import json
import uuid
from typing import Any

from assistants import services
from assistants.models import Allowance, Assistant, Tool, ToolUser
from assistants.tools.headers import put_headers
from conversations import turns
from conversations.models import Message
from conversations.said import Received, Said, Settled
from tests.assistants.models import give_model, run
from tests.doubles.openai_behaviours import Behaviour
from tests.doubles.openai_server import OpenAIDouble
from tests.world import Company

QUOTE = "autochat.quote_requested.v1"
DONE = Behaviour(text="There you are.")
SCHEMA = {
    "type": "object",
    "properties": {"order": {"type": "string", "maxLength": 40}, "detail": {"type": "boolean"}},
    "required": ["order"],
    "additionalProperties": False,
}


def allow(assistant: Assistant, **fields: Any) -> Allowance:
    """Let an assistant use tools of ours."""
    return Allowance.objects.create(tenant=assistant.tenant, assistant=assistant, **fields)


def make_tool(
    assistant: Assistant, url: str, *, headers: dict[str, str] | None = None, used: bool = True, **fields: Any
) -> Tool:
    """A tool of the tenant's that this assistant may use."""
    fields = {"name": "order_status", "description": "Where an order is.", "parameters": SCHEMA, **fields}
    tool = Tool(tenant=assistant.tenant, url=url, **fields)
    put_headers(tool, headers or {})
    tool.save()
    if used:
        ToolUser.objects.create(tenant=assistant.tenant, tool=tool, assistant=assistant)
    return tool


def wish(name: str, arguments: Any = None, *, id: str = "") -> dict[str, Any]:  # noqa: A002
    """A call as a model asks for it."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments or {})
    function = {"name": name, "arguments": text}
    return {"id": id or f"call_{uuid.uuid4().hex[:8]}", "type": "function", "function": function}


def wants(*wishes: dict[str, Any], content: str | None = None) -> Behaviour:
    """The model asks for tools."""
    return Behaviour(message={"content": content, "tool_calls": list(wishes)}, finish_reason="tool_calls")


def results_of(double: OpenAIDouble, call: int = -1) -> list[str]:
    """What the model was told of its calls, in this of its prompts."""
    return [m["content"] for m in double.calls[call].messages if m["role"] == "tool"]


def said_by(assistant: Assistant) -> Message:
    """The only message that an assistant has written."""
    return Message.objects.for_tenant(assistant.tenant).get(author="assistant")


def take(company: Company, text: str = "Hello", *, session: str = "") -> Received:
    """A visitor's message, taken in."""
    said = Said(company.tenant, session or uuid.uuid4().hex, text, uuid.uuid4().hex)
    received = turns.receive(said)
    assert isinstance(received, Received)
    return received


def turn(company: Company, text: str = "Hello", *, session: str = "") -> tuple[Received, Settled]:
    """A visitor's whole turn."""
    received = take(company, text, session=session)
    reply = run(lambda: services.answer(received, requested=None))
    return received, turns.settle(received, reply)


def with_model(company: Company, double: OpenAIDouble, **fields: Any) -> Assistant:
    """The company's assistant with the double for a model."""
    return give_model(company, double, "double-echo", **fields)
