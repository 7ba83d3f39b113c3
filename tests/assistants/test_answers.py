"""What a tenant wants to know of visitors as a tool of its model: offered, checked, kept, and never another's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from assistants.dialogues.fingerprints import surroundings
from assistants.models import Assistant
from assistants.services import answer
from assistants.tools.schemas import SCHEMA_CHARS
from conversations import services, turns
from conversations.models import Conversation, Message
from tenants.database import close_connections
from tests.assistants.models import run
from tests.assistants.rehearsing import make, run_all
from tests.assistants.tooling import allow, results_of, take, turn, wants, wish, with_model
from tests.doubles.openai_behaviours import Behaviour
from tests.doubles.openai_server import OpenAIDouble
from tests.world import Company
from tracking import qualifying
from tracking.models import Answers

pytestmark = pytest.mark.django_db(transaction=True)
DONE = Behaviour(text="There you are.")
FIELDS = [
    {"key": "email", "label": "E-mail", "type": "text", "required": True, "choices": []},
    {"key": "goal", "label": "What for", "type": "text", "required": False, "choices": []},
    {"key": "seats", "label": "Seats", "type": "number", "required": True, "choices": []},
    {"key": "size", "label": "Size", "type": "choice", "required": False, "choices": ["Small", "Large"]},
    {"key": "owns", "label": "Has a boat", "type": "yes_no", "required": False, "choices": []},
    {"key": "start", "label": "Start", "type": "date", "required": False, "choices": []},
]


@pytest.fixture(autouse=True)
def surrounded(settings: Any) -> Iterator[None]:
    settings.EGRESS_ALLOWED_HOSTS = frozenset({"127.0.0.1"})
    yield
    close_connections()


@pytest.fixture
def ada(acme: Company, openai_double: OpenAIDouble) -> Assistant:
    assistant = with_model(acme, openai_double)
    allow(assistant, collect_contact=True)
    qualifying.define(acme.tenant.pk, FIELDS, None)
    return assistant


def offered(double: OpenAIDouble) -> dict[str, Any]:
    """The tool's properties as the model was last told of them; empty without the tool."""
    told = {tool["function"]["name"]: tool["function"] for tool in double.calls[-1].body.get("tools", [])}
    properties: dict[str, Any] = told.get("collect_answers", {}).get("parameters", {}).get("properties", {})
    return properties


def test_d13_the_model_is_told_of_the_tenants_own_fields_required_ones_first(
    acme: Company, globex: Company, ada: Assistant, openai_double: OpenAIDouble
) -> None:
    qualifying.define(globex.tenant.pk, [{"key": "secret", "label": "Of globex", "type": "text"}], None)
    turn(acme)
    told = offered(openai_double)
    assert list(told) == ["seats", "goal", "size", "owns", "start"]  # the e-mail address is the contact's
    assert told["size"] == {"type": "string", "enum": ["Small", "Large"], "description": "Size"}
    assert [told[key]["type"] for key in ("seats", "owns", "start")] == ["number", "boolean", "string"]

    qualifying.define(acme.tenant.pk, FIELDS[:1], None)
    turn(acme)
    assert offered(openai_double) == {}


def test_d13_of_very_many_fields_those_are_offered_that_a_model_can_bear(
    acme: Company, ada: Assistant, openai_double: OpenAIDouble
) -> None:
    choices = [f"{n}" * 40 for n in range(10, 60)]
    wide = [{"key": f"wide_{n}", "label": "Wide", "type": "choice", "choices": choices} for n in range(3)]
    qualifying.define(acme.tenant.pk, [*wide, FIELDS[2]], None)
    turn(acme)
    assert list(offered(openai_double)) == ["seats", "wide_0"]
    assert len(str(offered(openai_double))) < SCHEMA_CHARS


def test_d13_answers_are_kept_as_their_type_says(acme: Company, ada: Assistant, openai_double: OpenAIDouble) -> None:
    said = {"seats": 12.5, "size": "Large", "owns": False, "start": "2026-03-31", "goal": " To  sail\0 "}
    openai_double.script(wants(wish("collect_answers", said)), wants(wish("collect_answers", {"seats": 12})), DONE)
    received, _ = turn(acme, "Twelve of us")
    answers = Answers.objects.for_tenant(acme.tenant).get(conversation=received.conversation_id)
    assert answers.values == said | {"seats": 12, "goal": "To sail"}
    assert set(answers.sources.values()) == {"assistant"}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ('{"seats": "many"}', "seats: 'many' is not of type 'number'"),
        ('{"seats": NaN}', "seats: is no number"),
        ('{"seats": 1e15}', "seats: 1000000000000000.0 is greater"),
        ('{"size": "Huge"}', "size: 'Huge' is not one of ['Small', 'Large']"),
        ('{"owns": "yes"}', "owns: 'yes' is not of type 'boolean'"),
        ('{"start": "2026-02-30"}', "start: is no date"),
        ('{"start": "soon"}', "start: 'soon' is too short"),
        ('{"goal": "\\u0000 "}', "goal: is empty"),
        ('{"email": "vera@example.com"}', "Additional properties"),
        ("{}", "Nothing was given"),
    ],
)
def test_d13_what_is_no_answer_is_told_to_the_model_and_not_kept(
    acme: Company, ada: Assistant, openai_double: OpenAIDouble, arguments: str, problem: str
) -> None:
    openai_double.script(wants(wish("collect_answers", arguments)), DONE)
    _, settled = turn(acme)
    assert settled.text == "There you are."
    assert results_of(openai_double)[0].startswith("Error: ")
    assert problem in results_of(openai_double)[0]
    said = Message.objects.for_tenant(acme.tenant).get(author="assistant")
    assert said.metadata["tools"][0]["ok"] is False
    assert not Answers.objects.exists()


def test_d13_answers_are_kept_when_a_person_was_faster(
    acme: Company, ada: Assistant, openai_double: OpenAIDouble
) -> None:
    openai_double.script(wants(wish("collect_answers", {"seats": 4})), DONE)
    received = take(acme, "Four of us")
    reply = run(lambda: answer(received, requested=None))
    conversation = Conversation.objects.get(pk=received.conversation_id)
    services.post_reply(conversation=conversation, by=acme.agent, text="Here I am")
    assert turns.settle(received, reply).metadata["reason"] == "human_takeover"
    assert Answers.objects.for_tenant(acme.tenant).get(conversation=conversation).values == {"seats": 4}


def test_d13_a_try_out_keeps_no_answers(acme: Company, ada: Assistant, openai_double: OpenAIDouble) -> None:
    make(acme, "Asks", ("Four of us", [{"kind": "calls_tool", "value": "collect_answers"}]))
    openai_double.script(wants(wish("collect_answers", {"seats": 4})), DONE)
    assert run_all(acme).passed == 1
    assert not Answers.objects.exists()


def test_b07_another_question_to_visitors_counts_as_a_change(acme: Company, ada: Assistant) -> None:
    before = surroundings([acme.tenant.pk])[acme.tenant.pk]
    qualifying.define(acme.tenant.pk, FIELDS[:3], None)
    after = surroundings([acme.tenant.pk])[acme.tenant.pk]
    assert {name for name in after if after[name] != before[name]} == {"questions"}
