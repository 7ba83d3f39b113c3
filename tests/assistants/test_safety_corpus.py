"""The matcher against its corpus: no word in disguise is missed, no innocent one is taken for it."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistants.safety.marking import cut
from assistants.safety.matching import Keyword, Matcher

CORPUS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "safety_corpus.toml").read_text())
MATCHER = Matcher(CORPUS["keywords"])

# Ways of writing a word that the corpus needn't spell out for each one.
DISGUISES: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "dots": ".".join,
    "hyphens": "-".join,
    "stars": "*".join,
    "zero width": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "direction marks": lambda word: f"\u202e{word}\u202c",
    "struck through": lambda word: "".join(letter + "\u0336" for letter in word),
    "full width": lambda word: "".join(chr(ord(letter) + 0xFEE0) for letter in word),
    "bold letters": lambda word: "".join(chr(0x1D41A + ord(letter) - 97) for letter in word),
    "circled": lambda word: "".join(chr(0x24D0 + ord(letter) - 97) for letter in word),
    "Cyrillic": lambda word: word.translate(str.maketrans("aeopcyx", "аеорсух")),
    "drawn out": lambda word: word[0] + word[1] * 5 + word[2:],
    "entities": lambda word: "".join(f"&#{ord(letter)};" for letter in word),
    "tags": lambda word: f"{word[:2]}<b>{word[2:]}</b>",
    "emphasis": lambda word: f"{word[:2]}**{word[2:]}**",
    "spelled": " ".join,
}
PLAIN = ["suicide", "refund", "competitor", "guarantee", "lawyer", "overdose", "idiot", "scunthorpe", "therapist"]


def disguised() -> Iterator[tuple[str, str]]:
    for entry in CORPUS["found"]:
        for text in entry["texts"]:
            yield entry["keyword"], text
    for word in PLAIN:
        for disguise in DISGUISES.values():
            yield word, f"So: {disguise(word)}, you see"


def test_d10_the_corpus_has_no_misses_and_no_false_alarms(capsys: pytest.CaptureFixture[str]) -> None:
    matcher = Matcher([*CORPUS["keywords"], "scunthorpe"])
    evasions, innocents = list(disguised()), CORPUS["clean"]["texts"]
    missed = [(keyword, text) for keyword, text in evasions if keyword not in {m.keyword for m in matcher.find(text)}]
    alarms = [(text, [m.keyword for m in found]) for text in innocents if (found := MATCHER.find(text))]
    with capsys.disabled():
        print(  # noqa: T201  (the counts are asked for)
            f"\nsafety corpus: {len(evasions)} evasions, {len(missed)} missed; "
            f"{len(innocents)} innocent texts, {len(alarms)} false alarms"
        )
    assert (missed, alarms) == ([], [])
    assert len(evasions) + len(innocents) >= 400


def test_d10_a_match_says_where_it_stands() -> None:
    text = "He said: b-<b>O</b>&#109;\u200bb, twice. bombs"
    [found] = Matcher(["bomb"]).find(text)
    assert text[found.start : found.end] == found.text == "b-<b>O</b>&#109;\u200bb"
    parts = cut(text, [(found.start, found.end, "Blocked")])
    assert "".join(part.text for part in parts) == text
    assert [part.why for part in parts] == ["", "Blocked", ""]


def test_d10_every_system_keyword_finds_itself() -> None:
    from assistants.safety.policy import DEFAULT, Level

    for level in (Level.BLOCKED, Level.SERIOUS_HIGH, Level.SERIOUS_MEDIUM):
        for keyword in DEFAULT.effective[level]:
            assert keyword in {f.keyword for f in DEFAULT.in_reply(f"… {keyword.upper()}!")}, keyword
    for keyword in DEFAULT.effective[Level.ESCALATION]:
        assert keyword in {f.keyword for f in DEFAULT.in_visitors_text(f"I say: {keyword}, please")}, keyword


@pytest.mark.parametrize(
    "text",
    [
        "o " * 8000, "l1" * 8000, "!" * 16_000, "b o m " * 2600, "<" * 16_000, "[" * 16_000, "&" * 16_000, "<a" * 8000,
        "[a](" * 4000, "k i l l " * 2000, "\u0336" * 16_000, "b" * 16_000, "-'" * 8000, "ill " * 4000,
    ],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_hostile_texts_cost_little(text: str) -> None:
    began = time.process_time()
    MATCHER.find(text)
    assert time.process_time() - began < 2, "seconds of computing for the longest text there can be"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_searched_and_places_are_its_own(text: str) -> None:
    for found in MATCHER.find(text):
        assert text[found.start : found.end] == found.text
        assert found.text


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(PLAIN), st.lists(st.sampled_from(["", ".", "-", "\u200b", "*", "_"]), min_size=12, max_size=12))
def test_any_mix_of_signs_between_letters_is_seen_through(word: str, signs: list[str]) -> None:
    text = "".join(letter + sign for letter, sign in zip(word, signs, strict=False))
    assert Keyword(word).keyword in {m.keyword for m in Matcher([word]).find(f"well {text} so")}
