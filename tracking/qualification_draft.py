"""Fields and criteria while they are being edited: read from a form, changed by its buttons, written back.

Conditions are named by their place: `0` is the first of the outermost group, `0.2` the third within it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from django.http import QueryDict

from tracking.models import Qualification
from tracking.qualification import definition
from tracking.qualification.definition import Field
from tracking.qualification.verdict import Verdict, judge


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
        value: Any = self.value.strip()
        if self.operator == "in":
            value = [part.strip() for part in self.value.split(",") if part.strip()]
        elif self.operator == "exists":
            value = value.lower() not in ("no", "false")
        return {"field": self.field, "operator": self.operator, "value": value}

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
        choices = [line.strip() for line in self.choices.splitlines() if line.strip()]
        return {
            "key": self.key.strip(),
            "label": self.label.strip(),
            "type": self.type,
            "required": self.required,
            "choices": choices if self.type == "choice" else [],
        }


@dataclasses.dataclass(slots=True)
class Draft:
    """All that is on the page."""

    fields: list[DraftField]
    root: Node
    is_dirty: bool = False
    verdict: Verdict | None = None
    problems: list[str] = dataclasses.field(default_factory=list)
    contact_values: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def names(self) -> list[tuple[str, str]]:
        """What a condition may be about."""
        own = [(one.key, one.label or one.key) for one in self.fields if one.key]
        return own + [pair for pair in definition.CONTACT.items() if pair[0] not in dict(own)]

    @property
    def contact(self) -> list[tuple[str, str, str]]:
        """The contact's fields for trying, with what was typed."""
        own = {one.key for one in self.fields}
        return [(k, label, self.contact_values.get(k, "")) for k, label in definition.CONTACT.items() if k not in own]

    def criteria(self) -> Any:
        return self.root.as_json() if self.root.children else None

    def values(self) -> dict[str, str]:
        """What was typed to be tried."""
        tried = {one.key: one.tried for one in self.fields if one.tried.strip()}
        return tried | {key: value for key, value in self.contact_values.items() if value.strip()}

    def mark(self, problems: dict[str, list[str]]) -> None:
        """Put what is wrong beside what it is wrong with."""
        nodes = dict(self.root.with_paths())
        for path, words in problems.items():
            place = path.removeprefix("fields[").partition("]")[0]
            owner = path.rpartition(".")[0] if path.rpartition(".")[2] in ("field", "operator", "value") else path
            if path.startswith("fields[") and place.isdecimal() and int(place) < len(self.fields):
                self.fields[int(place)].problems += words
            elif owner in nodes and owner != "criteria":
                nodes[owner].problem = words[0]
            else:
                group = path.rpartition(".")[0]
                if group in nodes and group != "criteria":
                    nodes[group].problem = words[0]
                else:
                    self.problems += words

    def judge(self) -> None:
        """Try the typed values; raises Invalid like saving."""
        fields = definition.read_fields([one.as_json() for one in self.fields])
        definition.check_criteria(self.criteria(), fields)
        self.verdict = judge(fields, self.criteria(), self.values())


def of(asked: Qualification) -> Draft:
    """What is stored, to be edited."""
    fields = [_field(one) for one in definition.from_json(asked.fields)]
    root = _node(asked.criteria) if asked.criteria else Node(kind="all")
    if not root.kind:
        root = Node(kind="all", children=[root])
    root.placed()
    return Draft(fields, root)


def _field(one: Field) -> DraftField:
    return DraftField(one.key, one.label, one.type, one.required, "\n".join(one.choices))


def _node(criteria: Any) -> Node:
    for kind in ("all", "any"):
        if kind in criteria:
            return Node(kind=kind, children=[_node(child) for child in criteria[kind]])
    value = criteria.get("value")
    if isinstance(value, list):
        words = ", ".join(map(str, value))
    elif isinstance(value, bool) or value is None:
        words = "no" if value is False else "yes"
    else:
        words = str(value)
    return Node(field=criteria["field"], operator=criteria["operator"], value=words)


def read(data: QueryDict) -> Draft:
    """What was typed."""
    fields = [
        DraftField(
            key=data.get(f"f{place}-key", ""),
            label=data.get(f"f{place}-label", ""),
            type=data.get(f"f{place}-type", "text"),
            required=f"f{place}-required" in data,
            choices=data.get(f"f{place}-choices", ""),
            tried=data.get(f"f{place}-tried", ""),
        )
        for place in range(min(_number(data.get("fields", "")), definition.MAX_FIELDS + 1))
    ]
    root = Node(kind=_kind(data.get("n-kind", "")))
    nodes = {"": root}
    for name in data.getlist("node")[: definition.MAX_CONDITIONS * 2]:
        parent = nodes.get(name.rpartition(".")[0])
        if parent is None or not parent.kind:
            continue
        nodes[name] = Node(
            kind=_kind(data.get(f"n{name}-kind", "")) if f"n{name}-kind" in data else "",
            field=data.get(f"n{name}-field", ""),
            operator=data.get(f"n{name}-operator", "eq"),
            value=data.get(f"n{name}-value", ""),
        )
        parent.children.append(nodes[name])
    root.placed()
    contact = {key: data.get(f"try-{key}", "") for key in definition.CONTACT}
    return Draft(fields, root, is_dirty=True, contact_values=contact)


def _kind(word: str) -> str:
    return word if word in ("all", "any") else "all"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0


def act(draft: Draft, name: str) -> None:
    """What a button asks for: `add-field`, `remove-field:2`, `add-condition:0.1`, `add-group:`, `remove:0.1`."""
    verb, _, place = name.partition(":")
    if verb == "add-field":
        draft.fields.append(DraftField(is_new=True))
    elif verb == "remove-field" and _number(place) < len(draft.fields):
        del draft.fields[_number(place)]
    nodes = {node.place: node for _, node in draft.root.with_paths()}
    group, node = nodes.get(place), nodes.get(place)
    if verb in ("add-condition", "add-group") and group and group.kind:
        condition = Node(field=draft.names[0][0], is_new=True)
        other = "any" if group.kind == "all" else "all"
        group.children.append(condition if verb == "add-condition" else Node(kind=other, children=[condition]))
    elif verb == "remove" and node and place:
        nodes[place.rpartition(".")[0]].children.remove(node)
    draft.root.placed()
