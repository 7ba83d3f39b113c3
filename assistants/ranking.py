"""How well a passage answers a question, from which of the question's meanings stand in it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistants.lexicon import CARRIER, Meaning

IN_TEXT = 0.8
"""What a meaning counts in a passage's text, where one in its heading counts 1."""

FLOOR = 0.1
"""What a meaning weighs at least, so that one that stands in every passage of a small collection still counts."""

TITLE_BONUS = 0.1
"""Share of the score that goes by how much of the passage's own heading the question covers."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What each of the question's meanings weighs among all passages of a tenant."""

    weights: Mapping[int, float]

    @classmethod
    def of(cls, *, size: int, frequencies: Mapping[str, int], meanings: Sequence[Meaning]) -> Corpus:
        """Weights from how many of `size` passages hold each meaning; stop words aren't among them.

        Without a meaning that is more than a carrier nothing is asked, and nothing weighs anything.
        """
        importance = {number: meanings[int(number)].importance for number in frequencies}
        if all(value <= CARRIER for value in importance.values()):
            return cls({})
        return cls({int(n): rarity(size, frequency) * importance[n] for n, frequency in frequencies.items()})


def rarity(size: int, frequency: int) -> float:
    """High for what few passages hold; what none holds weighs as if one did."""
    held = max(frequency, 1)
    return FLOOR + math.log(1 + (size - held + 0.5) / (held + 0.5))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that holds some of the meanings: how surely anywhere in it, and how surely in its heading."""

    item: Any
    title_size: int
    found: Mapping[int, float]
    titled: Mapping[int, float]

    @classmethod
    def of(cls, *, item: Any, title_size: int, found: Mapping[str, float], titled: Mapping[str, float]) -> Candidate:
        """A candidate from what the database found, by the meaning's number."""
        return cls(item, title_size, _by_number(found), _by_number(titled))


def _by_number(weights: Mapping[str, float]) -> dict[int, float]:
    return {int(number): weight for number, weight in weights.items()}


def rank(corpus: Corpus, candidates: Iterable[Candidate]) -> Iterator[tuple[float, Candidate]]:
    """The candidates with their scores, best first; equal ones in the order they came in."""
    scored = [(score(corpus, candidate), candidate) for candidate in candidates]
    return iter(sorted(scored, key=lambda pair: -pair[0]))


def score(corpus: Corpus, candidate: Candidate) -> float:
    """From 0 to 1: how much of the question the passage covers, and a little for how much of its heading that is."""
    total = sum(corpus.weights.values())
    if not total:
        return 0.0
    covered = sum(
        weight * max(candidate.titled.get(number, 0.0), IN_TEXT * candidate.found.get(number, 0.0))
        for number, weight in corpus.weights.items()
    )
    title_share = min(1.0, sum(candidate.titled.values()) / candidate.title_size) if candidate.title_size else 0.0
    return min(1.0, covered / total * (1 - TITLE_BONUS + TITLE_BONUS * title_share))
