"""The guide to troubles: what each error code means, what each symptom comes from, and what mends it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that goes wrong. The anchor of an error is its code: errors of the API link there.

    `doctor` names the part of the doctor's page that finds it; empty where it can only be read about.
    """

    anchor: str
    title: str
    seen: str
    cause: str
    fixes: list[str]
    status: str = ""
    doctor: str = ""


_TEXT = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
ERRORS = [Trouble(**trouble) for trouble in _TEXT["errors"]]
SYMPTOMS = [Trouble(**trouble) for trouble in _TEXT["symptoms"]]
