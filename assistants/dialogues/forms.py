"""A dialogue as it is written on its page: any number of turns, each with any number of checks."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django import forms
from django.http import QueryDict

from assistants.dialogues.book import CHECKS_MOST, SAYS_MOST, TURNS_MOST
from assistants.dialogues.checks import LABELS, PEOPLE, Kind
from assistants.models import Assistant, Dialogue
from tenants.models import Tenant

VALUE_MOST: Final = 300
Turns = list[dict[str, Any]]


class DialogueForm(forms.Form):
    """A dialogue. Its turns come beside the fields: `turn` names each, `says.<turn>` and so on belong to it."""

    assistant = forms.ModelChoiceField(
        Assistant.objects.none(), empty_label=None, help_text="It is run whenever this assistant changes."
    )
    name = forms.CharField(max_length=120, help_text="What it is about, as you would tell a colleague.")
    routed = forms.BooleanField(
        label="Come as a new visitor",
        required=False,
        help_text="Routing rules and stars decide who answers. Otherwise this assistant is asked for by name.",
    )

    def __init__(self, data: QueryDict | None = None, *, tenant: Tenant, dialogue: Dialogue) -> None:
        self.tenant = tenant
        self.turns: Turns = list(dialogue.turns) if data is None else _read_turns(data)
        initial = {"assistant": dialogue.assistant_id, "name": dialogue.name, "routed": dialogue.routed}
        super().__init__(data, initial=initial)
        choices = self.fields["assistant"]
        assert isinstance(choices, forms.ModelChoiceField)
        choices.queryset = Assistant.objects.for_tenant(tenant).order_by("name", "id")

    def clean(self) -> dict[str, Any]:
        """At least one turn, each with words, and checks that can be judged."""
        data = super().clean() or self.cleaned_data
        if not self.turns:
            self.add_error(None, "Write what the visitor says first.")
        if len(self.turns) > TURNS_MOST:
            self.add_error(None, f"These are {len(self.turns)} turns. A dialogue has at most {TURNS_MOST}.")
        known = {str(pk) for pk in Assistant.objects.for_tenant(self.tenant).values_list("pk", flat=True)} | {PEOPLE}
        for number, turn in enumerate(self.turns, 1):
            if problem := _wrong_with(turn, known):
                turn["problem"] = problem
                self.add_error(None, f"Turn {number}: {problem}")
        return data

    def values(self) -> dict[str, Any]:
        """What is stored of it."""
        turns = [{"says": turn["says"], "was": turn["was"], "checks": turn["checks"]} for turn in self.turns]
        return {"name": self.cleaned_data["name"], "routed": self.cleaned_data["routed"], "turns": turns}


def _read_turns(data: QueryDict) -> Turns:
    """The turns in their order on the page; those in which nothing was written are left out."""
    turns = []
    for key in data.getlist("turn")[: TURNS_MOST + 1]:
        says = data.get(f"says.{key}", "").replace("\x00", "").strip()
        checks = _read_checks(data, key)
        if says or checks:
            turns.append({"says": says, "was": data.get(f"was.{key}", "").strip()[:SAYS_MOST], "checks": checks})
    return turns


def _read_checks(data: QueryDict, key: str) -> list[dict[str, str]]:
    """Each check of a turn with its value, a text or somebody to answer; a text left empty is no check yet."""
    named = zip(data.getlist(f"kind.{key}"), data.getlist(f"value.{key}"), data.getlist(f"whom.{key}"), strict=False)
    checks = []
    for kind, value, whom in named:
        wanted = whom if kind == Kind.ROUTES_TO else "" if kind == Kind.HELD else " ".join(value.split())
        if kind and (wanted or kind == Kind.HELD):
            checks.append({"kind": kind, "value": wanted.replace("\x00", "")})
    return checks


def _wrong_with(turn: dict[str, Any], known: set[str]) -> str:
    """What is wrong with a turn, in one sentence; empty when nothing is."""
    if not turn["says"]:
        return "write what the visitor says."
    if len(turn["says"]) > SAYS_MOST:
        return f"a visitor’s message has at most {SAYS_MOST:,} characters."
    if len(turn["checks"]) > CHECKS_MOST:
        return f"a reply has at most {CHECKS_MOST} checks."
    return next((problem for check in turn["checks"] if (problem := _wrong_with_check(check, known))), "")


def _wrong_with_check(check: dict[str, str], known: set[str]) -> str:
    if check["kind"] not in set(Kind):
        return "choose what to check from the list."
    if len(check["value"]) > VALUE_MOST:
        return f"what a reply contains has at most {VALUE_MOST} characters."
    if check["kind"] == Kind.ROUTES_TO and check["value"] not in known:
        return "choose who should answer."
    return ""


def choices_for(tenant: Tenant) -> dict[str, Any]:
    """What a dialogue's page offers to choose from."""
    assistants = Assistant.objects.for_tenant(tenant).order_by("name", "id").values_list("pk", "name")
    return {
        "kinds": [(kind.value, label) for kind, label in LABELS.items()],
        "whom": [(PEOPLE, "Your team"), *((str(pk), name) for pk, name in assistants)],
        "blank_turn": {"says": "", "was": "", "checks": []},
        "key": uuid.uuid4().hex[:8],
    }
