"""S18, D17: the Tag Manager container is what Admin → Import Container takes, to the letter."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.gtm_export import faults
from tests.world import signed_in
from tracking import gtm, presets
from tracking.snippets import DATA_LAYER

CONTAINER = "/settings/widget/tracking/container.json"
GA4 = {
    "accountId": "0",
    "containerId": "0",
    "tagId": "1",
    "name": "GA4",
    "type": "gaawe",
    "parameter": [
        {"type": "TEMPLATE", "key": "eventName", "value": "{{autochat event type}}"},
        {"type": "LIST", "key": "eventSettingsTable", "list": [
            {"type": "MAP", "map": [{"type": "TEMPLATE", "key": "parameter", "value": "id"}]},
        ]},
    ],
    "firingTriggerId": ["1"],
    "tagFiringOption": "ONCE_PER_EVENT",
}  # fmt: skip


def test_s18_the_container_that_is_fetched_can_be_imported(acme):
    answer = signed_in(acme.admin).get(CONTAINER)
    assert answer["Content-Type"] == "application/json"
    assert faults(json.loads(answer.content)) == []
    assert answer.content.decode() == gtm.text()


def test_d17_a_tag_that_uses_what_it_brings_can_be_added():
    container = gtm.container()
    container["containerVersion"]["tag"] = [GA4]
    assert faults(container) == []


def test_d17_it_reads_the_keys_that_the_snippet_pushes():
    version = gtm.container()["containerVersion"]
    read = [{one["key"]: one["value"] for one in row["parameter"]}["name"] for row in version["variable"]]
    assert read == list(DATA_LAYER)
    [condition] = version["trigger"][0]["customEventFilter"]
    assert [one["value"] for one in condition["parameter"]] == ["{{_event}}", presets.STABLE_EVENT]


def test_d17_merged_into_a_container_it_takes_no_name_that_others_have():
    version = gtm.container()["containerVersion"]
    names = [row["name"] for part in ("trigger", "variable") for row in version[part]]
    assert all(re.match(r"autochat ", name) for name in names)


def _set(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(container: dict[str, Any]) -> None:
        at: Any = container
        *steps, last = (int(step) if step.isdecimal() else step for step in path.split("."))
        for step in steps:
            at = at[step]
        if value is None:
            del at[last]
        else:
            at[last] = value

    return change


V = "containerVersion"


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("exportFormatVersion", 1, "its format is not 2"),
        ("exportTime", "2026-01-01T00:00:00Z", "its time is none"),
        (f"{V}.accountId", None, "lacks accountId"),
        (f"{V}.container.publicId", "autochat", "its public id is none"),
        (f"{V}.container.usageContext", ["web"], "for no place"),
        (f"{V}.container.path", "accounts/1/containers/0", "leads elsewhere"),
        (f"{V}.trigger.0.type", "customEvent", "there is no trigger customEvent"),
        (f"{V}.trigger.0.customEventFilter", [], "fires on"),
        (f"{V}.trigger.0.customEventFilter.0.type", "equals", "no comparison"),
        (f"{V}.trigger.0.customEventFilter.0.parameter.0.key", "arg2", "compares arg0"),
        (f"{V}.trigger.0.customEventFilter.0.parameter.0.value", "{{Event}}", "nobody defines it"),
        (f"{V}.trigger.0.triggerId", 1, "no text of digits"),
        (f"{V}.trigger.0.accountId", "7", "accountId is another one"),
        (f"{V}.trigger.0.event", "x", "there is no event"),
        (f"{V}.variable.0.variableId", "2", "two have the variableId 2"),
        (f"{V}.variable.0.name", "autochat event id", "two have the name"),
        (f"{V}.variable.0.name", " ", "its name is none"),
        (f"{V}.variable.0.parameter.0.type", "integer", "there is no type integer"),
        (f"{V}.variable.0.parameter.0.value", "two", "is no INTEGER"),
        (f"{V}.variable.0.parameter.1.value", False, "is no BOOLEAN"),
        (f"{V}.variable.0.parameter.2.key", "path", "lacks its TEMPLATE name"),
        (f"{V}.variable.0.parameter.2.list", [], "has a value and nothing else"),
        (f"{V}.tag.0.firingTriggerId", ["2"], "there is no trigger 2"),
        (f"{V}.tag.0.parameter.0.value", "{{autochat event}}", "nobody defines it"),
        (f"{V}.tag.0.parameter.1.list.0.key", "x", "in a list has no key"),
        (f"{V}.tag.0.parameter.1.value", "x", "a LIST has its list and nothing else"),
    ],
)
def test_d17_what_tag_manager_would_refuse_is_found(path, value, words):
    container = copy.deepcopy(gtm.container())
    container[V]["tag"] = [copy.deepcopy(GA4)]
    _set(path, value)(container)
    assert words in "\n".join(faults(container))
