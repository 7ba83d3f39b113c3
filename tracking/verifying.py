"""What a tenant's developers paste to know that a request is ours; the files beside this one, which the tests run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent / "verify"
_LANGUAGES = {"python": "Python", "node": "Node", "php": "PHP", "ruby": "Ruby", "go": "Go"}


@dataclass(frozen=True, slots=True)
class Snippet:
    """One language's way to verify."""

    key: str
    language: str
    text: str


SNIPPETS = [Snippet(key, name, (_FOLDER / f"{key}.txt").read_text().strip()) for key, name in _LANGUAGES.items()]
