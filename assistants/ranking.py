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
    """A passage that holds some of the meanings: how surely in its heading, and how surely at all."""

    item: Any
    title_size: int
    found: Mapping[int, tuple[float, float]]

    @classmethod
    def of(cls, *, item: Any, title_size: int, found: Mapping[str, Sequence[float]]) -> Candidate:
        """A candidate from what the database found, by the meaning's number."""
        return cls(item, title_size, {int(number): (pair[0], pair[1]) for number, pair in found.items()})


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
        corpus.weights[number] * max(in_title, IN_TEXT * anywhere)
        for number, (in_title, anywhere) in candidate.found.items()
    )
    coverage = covered / total
    titled = sum(in_title for in_title, _ in candidate.found.values())
    title_share = min(1.0, titled / candidate.title_size) if candidate.title_size else 0.0
    return min(1.0, coverage * (1 - TITLE_BONUS + TITLE_BONUS * title_share))
