"""A Tag Manager container to import: one trigger and eight variables. Pure."""

from __future__ import annotations

import json
from typing import Any

from tracking.presets import STABLE_EVENT
from tracking.snippets import DATA_LAYER

FILE_NAME = "autochat-gtm-container.json"
_OWNER = {"accountId": "0", "containerId": "0"}  # Tag Manager puts its own in when it imports


def container() -> dict[str, Any]:
    """What Admin → Import Container takes, to be merged with what is there."""
    return {
        "exportFormatVersion": 2,
        "exportTime": "2026-01-01 00:00:00",
        "containerVersion": {
            "path": "accounts/0/containers/0/versions/0",
            **_OWNER,
            "containerVersionId": "0",
            "container": {
                "path": "accounts/0/containers/0",
                **_OWNER,
                "name": "autochat",
                "publicId": "GTM-AUTOCHAT",
                "usageContext": ["WEB"],
            },
            "trigger": [_trigger()],
            "variable": [_variable(number, name) for number, name in enumerate(DATA_LAYER, 1)],
        },
    }


def text() -> str:
    """The file as it is read on the page and fetched."""
    return json.dumps(container(), indent=2)


def _trigger() -> dict[str, Any]:
    return {
        **_OWNER,
        "triggerId": "1",
        "name": "autochat outcome",
        "type": "CUSTOM_EVENT",
        "customEventFilter": [
            {"type": "EQUALS", "parameter": [_template("arg0", "{{_event}}"), _template("arg1", STABLE_EVENT)]}
        ],
    }


def _variable(number: int, name: str) -> dict[str, Any]:
    return {
        **_OWNER,
        "variableId": str(number),
        "name": name.replace("_", " "),
        "type": "v",
        "parameter": [
            {"type": "INTEGER", "key": "dataLayerVersion", "value": "2"},
            {"type": "BOOLEAN", "key": "setDefaultValue", "value": "false"},
            _template("name", name),
        ],
    }


def _template(key: str, value: str) -> dict[str, str]:
    return {"type": "TEMPLATE", "key": key, "value": value}
