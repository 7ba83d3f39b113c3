"""Fields and criteria while they are being edited: changed by the buttons of their form, judged, told what is wrong.

Conditions are named by their place: `0` is the first of the outermost group, `0.2` the third within it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from tracking.qualification import definition
from tracking.qualification.verdict import Verdict, judge

MISSING = "missing"
COMPARISONS = definition.OPERATORS | {MISSING: "is not known"}
"""As people choose them: `exists` with its two values is two of them."""


@dataclasses.dataclass(slots=True)
class Node:
    """A condition or, with a `kind`, a group of them."""

    kind: str = ""
    field: str = ""
    operator: str = "eq"
    value: str = ""
    children: list[Node] = dataclasses.field(default_factory=list)
    place: str = ""
    problem: str = ""
    is_new: bool = False

    def as_json(self) -> Any:
        if self.kind:
            return {self.kind: [child.as_json() for child in self.children]}
        operator, value = self.operator, self.value.strip()
        if operator in ("exists", MISSING):
            return {"field": self.field, "operator": "exists", "value": operator == "exists"}
        if operator == "in":
            parts = [part.strip() for part in value.split(",") if part.strip()]
            return {"field": self.field, "operator": operator, "value": parts}
        return {"field": self.field, "operator": operator, "value": value}

    def with_paths(self, path: str = "criteria") -> Iterator[tuple[str, Node]]:
        """Every node under the path by which the API names it."""
        yield path, self
        for place, child in enumerate(self.children):
            yield from child.with_paths(f"{path}.{self.kind}[{place}]")

    def placed(self, place: str = "") -> None:
        """Give every node below its place."""
        self.place = place
        for number, child in enumerate(self.children):
            child.placed(f"{place}.{number}".lstrip("."))


@dataclasses.dataclass(slots=True)
class DraftField:
    """A field as it is typed."""

    key: str = ""
    label: str = ""
    type: str = "text"
    required: bool = False
    choices: str = ""
    problems: list[str] = dataclasses.field(default_factory=list)
    is_new: bool = False
    tried: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key.strip(),
            "label": self.label.strip(),
            "type": self.type,
            "required": self.required,
            "choices": self.listed if self.type == "choice" else [],
        }

    @property
    def listed(self) -> list[str]:
        """The choices, one by one."""
        return [line.strip() for line in self.choices.splitlines() if line.strip()]


@dataclasses.dataclass(slots=True)
class Draft:
    """All that is on the page."""

    fields: list[DraftField]
    root: Node
    is_dirty: bool = False
    verdict: Verdict | None = None
    problems: list[str] = dataclasses.field(default_factory=list)
    contact_values: dict[str, str] = dataclasses.field(default_factory=dict)
    focus: str = ""  # the place of the group whose button goes on after something was removed, or "fields"

    @property
    def names(self) -> dict[str, str]:
        """What a condition may be about."""
        own = {one.key: one.label or one.key for one in self.fields if one.key}
        return own | {key: label for key, label in definition.CONTACT.items() if key not in own}

    @property
    def contact(self) -> list[tuple[str, str, str]]:
        """The contact's fields for trying, with what was typed."""
        own = {one.key for one in self.fields}
        return [(k, label, self.contact_values.get(k, "")) for k, label in definition.CONTACT.items() if k not in own]

    @property
    def asks_nothing(self) -> bool:
        """Whether nobody can qualify by it."""
        return not self.root.children and not any(one.required for one in self.fields)

    def as_json(self) -> list[dict[str, Any]]:
        """The fields as the API takes them."""
        return [one.as_json() for one in self.fields]

    def criteria(self) -> Any:
        return self.root.as_json() if self.root.children else None

    def says_the_same_as(self, other: Draft) -> bool:
        """Whether saving either comes to the same."""
        return (self.as_json(), self.criteria()) == (other.as_json(), other.criteria())

    def values(self) -> dict[str, str]:
        """What was typed to be tried."""
        tried = {one.key: one.tried for one in self.fields if one.tried.strip()}
        return tried | {key: value for key, value in self.contact_values.items() if value.strip()}

    def judge(self) -> None:
        """Try the typed values; raises Invalid like saving."""
        fields = definition.read_fields(self.as_json())
        definition.check_criteria(self.criteria(), fields)
        self.verdict = judge(fields, self.criteria(), self.values())

    def mark(self, problems: dict[str, list[str]]) -> None:
        """Put what is wrong beside what it is wrong with."""
        nodes = {path: node for path, node in self.root.with_paths() if path != "criteria"}
        for path, words in problems.items():
            owner, _, part = path.rpartition(".")
            place = path.removeprefix("fields[").partition("]")[0]
            if path.startswith("fields[") and place.isdecimal() and int(place) < len(self.fields):
                self.fields[int(place)].problems += words
            elif node := nodes.get(path) or nodes.get(owner):
                node.problem = self._in_words(node, part) or words[0]
            else:
                self.problems += words

    def _in_words(self, node: Node, part: str) -> str:
        """What is wrong with a condition, for those who choose words and not the API's names; often nothing else."""
        kind = next((one.type for one in self.fields if one.key == node.field), "text")
        if part == "operator":
            fitting = ", ".join(f"“{COMPARISONS[name]}”" for name in definition.OF_TYPE[kind])
            return f"For this field use one of {fitting}."
        if part == "value" and not node.value.strip():
            return "Write what to compare with."
        return "Write yes or no." if part == "value" and kind == "yes_no" else ""


def act(draft: Draft, name: str) -> None:
    """What a button asks for: `add-field`, `remove-field:2`, `add-condition:0.1`, `add-group:`, `remove:0.1`."""
    verb, _, place = name.partition(":")
    if verb == "add-field":
        draft.fields.append(DraftField(is_new=True))
    elif verb == "remove-field" and place in map(str, range(len(draft.fields))):
        del draft.fields[int(place)]
        draft.focus = "fields"
    nodes = {node.place: node for _, node in draft.root.with_paths()}
    node = nodes.get(place)
    if verb in ("add-condition", "add-group") and node and node.kind:
        condition = Node(field=next(iter(draft.names)), is_new=True)
        other = "any" if node.kind == "all" else "all"
        node.children.append(condition if verb == "add-condition" else Node(kind=other, children=[condition]))
    elif verb == "remove" and node and place:
        parent = nodes[place.rpartition(".")[0]]
        parent.children.remove(node)
        draft.focus = f"in:{parent.place}"
    draft.root.placed()
