"""Tag Manager as its rules say: a data layer that merges, a trigger on the event's name, variables by path."""

from __future__ import annotations

from typing import Any


class TagManager:
    """A container that was imported; `push` gives what the trigger's tag would send, or None where it doesn't fire."""

    def __init__(self, container: dict[str, Any]) -> None:
        version = container["containerVersion"]
        self.triggers = version["trigger"]
        self.variables = {row["name"]: _parameters(row)["name"] for row in version["variable"]}
        self.model: dict[str, Any] = {}

    def push(self, entry: dict[str, Any]) -> dict[str, Any] | None:
        """Take an entry of the data layer: objects are merged into what is there, all else takes its place."""
        _merge(self.model, entry)
        if not any(self._fires(trigger) for trigger in self.triggers):
            return None
        return {name: self._look_up(path) for name, path in self.variables.items()}

    def _fires(self, trigger: dict[str, Any]) -> bool:
        assert trigger["type"] == "CUSTOM_EVENT"
        for rule in trigger["customEventFilter"]:
            given = _parameters(rule)
            assert (rule["type"], given["arg0"]) == ("EQUALS", "{{_event}}")
            if self.model.get("event") != given["arg1"]:
                return False
        return True

    def _look_up(self, path: str) -> Any:
        found: Any = self.model
        for step in path.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        return found


def _parameters(row: dict[str, Any]) -> dict[str, str]:
    return {parameter["key"]: parameter["value"] for parameter in row["parameter"]}


def _merge(model: dict[str, Any], entry: dict[str, Any]) -> None:
    for key, value in entry.items():
        if isinstance(value, dict) and isinstance(model.get(key), dict):
            _merge(model[key], value)
        else:
            model[key] = value
