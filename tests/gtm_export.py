"""What Tag Manager takes as a container to import, as strict as its API's reference and its own exports are.

An export is a ContainerVersion of the Tag Manager API v2 with its enums in UPPER_CASE under `containerVersion`, beside
`exportFormatVersion` 2 and `exportTime` (developers.google.com/tag-platform/tag-manager/api/reference/rest/v2).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

_OWNED = {"accountId", "containerId"}
_ENTITY = {"path", "workspaceId", "fingerprint", "parentFolderId", "tagManagerUrl", "notes"}
KEYS = {  # what each object must have, and what else it may have
    "export": ({"exportFormatVersion", "exportTime", "containerVersion"}, set()),
    "containerVersion": (
        {*_OWNED, "path", "containerVersionId", "container"},
        {"name", "description", "tag", "trigger", "variable", "folder", "builtInVariable", "zone", "customTemplate",
         "fingerprint", "tagManagerUrl"},
    ),
    "container": (
        {*_OWNED, "path", "name", "publicId", "usageContext"},
        {"domainName", "notes", "fingerprint", "tagManagerUrl", "features", "tagIds"},
    ),
    "tag": (
        {*_OWNED, "tagId", "name", "type"},
        {*_ENTITY, "parameter", "firingTriggerId", "blockingTriggerId", "tagFiringOption", "paused", "priority",
         "setupTag", "teardownTag", "monitoringMetadata", "consentSettings"},
    ),
    "trigger": (
        {*_OWNED, "triggerId", "name", "type"},
        {*_ENTITY, "customEventFilter", "filter", "autoEventFilter", "parameter", "waitForTags", "waitForTagsTimeout",
         "checkValidation", "uniqueTriggerId"},
    ),
    "variable": ({*_OWNED, "variableId", "name", "type"}, {*_ENTITY, "parameter", "formatValue"}),
    "condition": ({"type", "parameter"}, set()),
}  # fmt: skip
ENTITIES = {"tag": "tagId", "trigger": "triggerId", "variable": "variableId"}
PLACES = {"WEB", "ANDROID", "IOS", "AMP", "SERVER"}
TRIGGERS = {"PAGEVIEW", "DOM_READY", "WINDOW_LOADED", "CUSTOM_EVENT", "CLICK", "LINK_CLICK", "FORM_SUBMISSION",
            "HISTORY_CHANGE", "JS_ERROR", "TIMER", "SCROLL_DEPTH", "ELEMENT_VISIBILITY", "YOU_TUBE_VIDEO",
            "TRIGGER_GROUP", "INIT", "CONSENT_INIT"}  # fmt: skip
COMPARISONS = {"EQUALS", "CONTAINS", "STARTS_WITH", "ENDS_WITH", "MATCH_REGEX", "GREATER", "GREATER_OR_EQUALS", "LESS",
               "LESS_OR_EQUALS", "CSS_SELECTOR", "URL_MATCHES"}  # fmt: skip
VALUES = {  # by the parameter's type: all of them are strings
    "TEMPLATE": re.compile(r".*", re.DOTALL),
    "INTEGER": re.compile(r"-?\d+"),
    "BOOLEAN": re.compile(r"true|false"),
    "TRIGGER_REFERENCE": re.compile(r"\d+"),
    "TAG_REFERENCE": re.compile(r".+"),
}
NEEDED = {"v": {"dataLayerVersion": "INTEGER", "setDefaultValue": "BOOLEAN", "name": "TEMPLATE"}}
BUILT_IN = {"_event"}  # what a value may refer to although nobody has defined it
ALWAYS_THERE = {"2147479553", "2147479572", "2147479573"}  # the triggers that every web container has


def faults(export: Any) -> list[str]:
    """What is wrong with it, a line each; nothing with a container that can be imported."""
    return list(_export(export))


def _export(export: Any) -> Iterator[str]:
    yield from _keys("export", "export", export)
    if export.get("exportFormatVersion") != 2:
        yield "export: its format is not 2"
    if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", str(export.get("exportTime"))):
        yield "export: its time is none"
    version = export.get("containerVersion", {})
    yield from _keys("containerVersion", "containerVersion", version)
    yield from _container(version)
    for kind, id_name in ENTITIES.items():
        yield from _entities(kind, id_name, version)
    yield from _references(version)


def _keys(kind: str, where: str, given: Any) -> Iterator[str]:
    if not isinstance(given, dict):
        yield f"{where}: is no object"
        return
    needed, allowed = KEYS[kind]
    yield from (f"{where}: lacks {name}" for name in sorted(needed - given.keys()))
    yield from (f"{where}: there is no {name}" for name in sorted(given.keys() - needed - allowed))


def _container(version: dict[str, Any]) -> Iterator[str]:
    container = version.get("container", {})
    yield from _keys("container", "container", container)
    here = f"accounts/{version.get('accountId')}/containers/{version.get('containerId')}"
    if container.get("path") != here or version.get("path") != f"{here}/versions/{version.get('containerVersionId')}":
        yield "container: its path leads elsewhere"
    if not re.fullmatch(r"GTM-[A-Z0-9]{4,8}", str(container.get("publicId"))):
        yield "container: its public id is none"
    places = container.get("usageContext")
    if not isinstance(places, list) or not places or not set(places) <= PLACES:
        yield "container: it is for no place there is"


def _entities(kind: str, id_name: str, version: dict[str, Any]) -> Iterator[str]:
    rows = version.get(kind, [])
    for what in (id_name, "name"):
        twice = [value for value, count in Counter(row.get(what) for row in rows).items() if count > 1]
        yield from (f"{kind}: two have the {what} {value}" for value in twice)
    for row in rows:
        where = f"{kind} {row.get('name')}"
        yield from _keys(kind, where, row)
        yield from (f"{where}: {name} is another one" for name in _OWNED if row.get(name) != version.get(name))
        if not re.fullmatch(r"\d+", str(row.get(id_name))) or not isinstance(row.get(id_name), str):
            yield f"{where}: its id is no text of digits"
        if not isinstance(row.get("name"), str) or row["name"] != row["name"].strip() or not row["name"]:
            yield f"{where}: its name is none"
        if kind == "trigger" and row.get("type") not in TRIGGERS:
            yield f"{where}: there is no trigger {row.get('type')}"
        yield from _parameters(where, row.get("parameter", []))
        yield from _needed(where, row) if kind == "variable" else ()
        for name in ("customEventFilter", "filter", "autoEventFilter"):
            yield from (fault for one in row.get(name, []) for fault in _condition(where, one))
        if row.get("type") == "CUSTOM_EVENT" and not row.get("customEventFilter"):
            yield f"{where}: says of no event that it fires on it"


def _needed(where: str, row: dict[str, Any]) -> Iterator[str]:
    given = {one.get("key"): one.get("type") for one in row.get("parameter", [])}
    wanted = NEEDED.get(row.get("type", ""), {})
    yield from (f"{where}: lacks its {kind} {key}" for key, kind in wanted.items() if given.get(key) != kind)


def _condition(where: str, given: Any) -> Iterator[str]:
    yield from _keys("condition", f"{where}, condition", given)
    if given.get("type") not in COMPARISONS:
        yield f"{where}: there is no comparison {given.get('type')}"
    if [one.get("key") for one in given.get("parameter", [])][:2] != ["arg0", "arg1"]:
        yield f"{where}: a condition compares arg0 with arg1"
    yield from _parameters(where, given.get("parameter", []))


def _parameters(where: str, given: Any, *, keyed: bool = True) -> Iterator[str]:
    keys = [one.get("key") for one in given]
    if keyed and (len(set(keys)) < len(keys) or not all(isinstance(key, str) and key for key in keys)):
        yield f"{where}: each parameter needs a key of its own"
    if not keyed and any(key is not None for key in keys):
        yield f"{where}: what is in a list has no key"
    for one in given:
        yield from _parameter(where, one)


def _parameter(where: str, one: dict[str, Any]) -> Iterator[str]:
    kind, of = one.get("type"), f"{where}, {one.get('key')}"
    if kind in ("LIST", "MAP"):
        part = str(kind).lower()
        if one.keys() - {"key"} != {"type", part}:
            yield f"{of}: a {kind} has its {part} and nothing else"
        yield from _parameters(of, one.get(part, []), keyed=kind == "MAP")
    elif kind not in VALUES:
        yield f"{of}: there is no type {kind}"
    elif one.keys() - {"key"} != {"type", "value"}:
        yield f"{of}: a {kind} has a value and nothing else"
    elif not isinstance(one["value"], str) or not VALUES[kind].fullmatch(one["value"]):
        yield f"{of}: {one['value']!r} is no {kind}"


def _references(version: dict[str, Any]) -> Iterator[str]:
    triggers = {row.get("triggerId") for row in version.get("trigger", [])} | ALWAYS_THERE
    for tag in version.get("tag", []):
        fired_by = [*tag.get("firingTriggerId", []), *tag.get("blockingTriggerId", [])]
        yield from (f"tag {tag.get('name')}: there is no trigger {one}" for one in fired_by if one not in triggers)
    known = {row.get("name") for part in ("variable", "builtInVariable") for row in version.get(part, [])} | BUILT_IN
    for text in _texts(version):
        yield from (
            f"{{{{{name}}}}}: nobody defines it" for name in re.findall(r"{{(.*?)}}", text) if name not in known
        )


def _texts(given: Any) -> Iterator[str]:
    if isinstance(given, str):
        yield given
    elif isinstance(given, dict | list):
        for part in given.values() if isinstance(given, dict) else given:
            yield from _texts(part)
