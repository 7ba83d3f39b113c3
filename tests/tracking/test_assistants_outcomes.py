"""Assistants can report the outcomes that tracking knows, no more and no fewer."""

from __future__ import annotations

from assistants.outcome_types import LABELS, MEANINGS
from tracking.models import EventType


def test_p07_assistants_and_tracking_name_the_same_outcomes() -> None:
    assert dict(EventType.choices) == LABELS
    assert MEANINGS.keys() == LABELS.keys()
