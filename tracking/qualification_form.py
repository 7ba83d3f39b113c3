"""The form of qualification: a draft out of what is stored or typed, with the keys that nobody wants to think up."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection
from itertools import count
from typing import Any

import orjson
from django.http import QueryDict

from tracking.models import Qualification
from tracking.qualification import definition
from tracking.qualification_draft import MISSING, Draft, DraftField, Node

_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})  # those that don't fall apart by NFKD


def of(asked: Qualification) -> Draft:
    """What is stored, to be edited."""
    fields = [
        DraftField(one.key, one.label, one.type, one.required, "\n".join(one.choices))
        for one in definition.from_json(asked.fields)
    ]
    root = _node(asked.criteria) if asked.criteria else Node(kind="all")
    if not root.kind:
        root = Node(kind="all", children=[root])
    root.placed()
    return Draft(fields, root)


def print_of(asked: Qualification) -> str:
    """Tells what is stored from what another admin stores meanwhile."""
    stored = orjson.dumps([asked.fields, asked.criteria], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(stored).hexdigest()[:16]


def _node(criteria: Any) -> Node:
    for kind in ("all", "any"):
        if kind in criteria:
            return Node(kind=kind, children=[_node(child) for child in criteria[kind]])
    field, operator, value = criteria["field"], criteria["operator"], criteria.get("value")
    if operator == "exists":
        return Node(field=field, operator=MISSING if value is False else operator)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return Node(field=field, operator=operator, value=words)


def read(data: QueryDict) -> Draft:
    """What was typed."""
    fields = [_field(data, place) for place in range(min(_number(data.get("fields", "")), definition.MAX_FIELDS + 1))]
    _give_keys(fields)
    root = _criteria(data)
    _follow_renamed(data, fields, root)
    contact = {key: data.get(f"try-{key}", "") for key in definition.CONTACT}
    return Draft(fields, root, contact_values=contact)


def _field(data: QueryDict, place: int) -> DraftField:
    return DraftField(
        key=data.get(f"f{place}-key", "").strip(),
        label=data.get(f"f{place}-label", ""),
        type=data.get(f"f{place}-type", "text"),
        required=f"f{place}-required" in data,
        choices=data.get(f"f{place}-choices", ""),
        tried=data.get(f"f{place}-tried", ""),
    )


def _give_keys(fields: list[DraftField]) -> None:
    """Make up the keys that weren't typed, out of the labels."""
    taken = {one.key for one in fields} | set(definition.CONTACT)
    for number, one in enumerate(fields, 1):
        if not one.key and one.label.strip():
            one.key = _key(one.label, number, taken)
            taken.add(one.key)


def _key(label: str, number: int, taken: Collection[str]) -> str:
    plain = unicodedata.normalize("NFKD", label.casefold().translate(_LETTERS)).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_").lstrip("0123456789_")
    base = words[:36].rstrip("_") or f"field_{number}"
    if base not in taken:
        return base
    return next(key for times in count(2) if (key := f"{base}_{times}") not in taken)


def _criteria(data: QueryDict) -> Node:
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
    return root


def _follow_renamed(data: QueryDict, fields: list[DraftField], root: Node) -> None:
    """Conditions go on being about a field whose key was changed."""
    renamed = {was: one.key for place, one in enumerate(fields) if (was := data.get(f"f{place}-was", ""))}
    for _, node in root.with_paths():
        node.field = renamed.get(node.field, node.field)


def _kind(word: str) -> str:
    return word if word in ("all", "any") else "all"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
