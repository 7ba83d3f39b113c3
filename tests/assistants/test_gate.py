"""The gate: however a reply is cut while it comes, no part of what its rules find is let through (S14)."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistants.safety.gate import Gate
from assistants.safety.matching import Matcher
from assistants.safety.policy import DEFAULT

CORPUS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "safety_corpus.toml").read_text())
MATCHER = Matcher(CORPUS["keywords"])
DISGUISED = [text for found in CORPUS["found"] for text in found["texts"]]
INNOCENT = CORPUS["clean"]["texts"]
PROSE = (
    "We open at nine and close at five, Monday to Friday. Deliveries take two or three working days; change the "
    "address until the parcel has left us. See [prices & terms](https://shop.example/terms?a=1&b=2) or write to us. "
    "If x < 3 then it's free, otherwise 4 €!\n\n- One\n- Two **bold** things\n\nAsk again at any time."
)


def let_through(text: str, cuts: list[int], matcher: Matcher = MATCHER) -> list[int]:
    """How far the gate opens at each of these lengths of the text."""
    gate = Gate(matcher)
    return [gate.passed(text[:cut]) for cut in [*sorted({c for c in cuts if c < len(text)}), len(text)]]


def first_match(text: str, matcher: Matcher = MATCHER) -> int:
    """Where what must not be seen begins."""
    return min((match.start for match in matcher.find(text)), default=len(text))


@pytest.mark.parametrize("text", DISGUISED)
def test_s14_letter_by_letter_no_part_of_a_disguised_word_is_let_through(text: str) -> None:
    for around in ("{}", "We say: {}", "No, {} and so on, for a while.", "x1 @{}\n\nThen more"):
        said = around.format(text)
        assert max(let_through(said, list(range(len(said))))) <= first_match(said), said


@pytest.mark.parametrize("text", [PROSE, *INNOCENT])
def test_s14_what_is_innocent_comes_through_soon(text: str) -> None:
    assert not MATCHER.find(text)
    said = f"{text} That was all that we can say about it today, thank you."
    behind = [cut - seen for cut, seen in enumerate(let_through(said, list(range(len(said)))))]
    assert behind[-1] <= 1
    assert sum(behind) / len(behind) < 40


PIECES = st.one_of(
    st.sampled_from([*DISGUISED, *INNOCENT]),
    st.sampled_from(
        ["b", "o", "bo", "mb", "kill", " my", "self", "ki", "ll", "he", "i", "I", "l", "1", "0", "a", "自", "殺"]
    ),
    st.sampled_from(
        ["<", "<b>", "</b>", "<br", ">", "<a href='x y'>", "](", ")", "[", "![", "](x<y)", "](https://x.y)"]
    ),
    st.sampled_from(
        ["&", "&#", "&#98;", "&#x6f", ";", "&shy;", "&amp;", "&lt;b&gt;", "&#32;", "&nbsp;", "&lt;", "&gt;"]
    ),
    st.sampled_from(["@", "$", "!", "|", "€", "_", "*", "**", ".", "-", "'", "’", "`", "\\", "111111111"]),
    st.sampled_from(
        [" ", "  ", "\n", "\t", "\u200b", "\u00ad", "\u202e", "\u0336", "\ufe0f", "\u3164", "\u00a0", " " * 9]
    ),
    st.text(max_size=4),
)


@settings(max_examples=400, deadline=None)
@given(pieces=st.lists(PIECES, max_size=14), cuts=st.lists(st.integers(0, 200), max_size=40))
def test_s14_however_the_text_is_cut_no_part_of_a_match_is_let_through(pieces: list[str], cuts: list[int]) -> None:
    said = "".join(pieces)
    seen = let_through(said, cuts)
    assert seen == sorted(seen)
    assert seen[-1] <= first_match(said)


@settings(max_examples=150, deadline=None)
@given(
    word=st.sampled_from([keyword for keywords in DEFAULT.effective.values() for keyword in keywords]),
    before=st.sampled_from(["", "Well, ", "It's 5$ ", "a<b ", "x](y ", PROSE[:160]]),
    cut=st.integers(1, 40),
)
def test_s14_no_beginning_of_a_system_keyword_is_seen_before_it_is_whole(word: str, before: str, cut: int) -> None:
    gate = DEFAULT.reply_gate()
    for end in range(0, len(before) + len(word) + 1, cut):
        gate.passed((before + word)[:end])
    if DEFAULT.in_reply(before + word):
        assert gate.passed(before + word) <= len(before)


def test_s14_what_comes_after_a_match_stays_behind_until_the_reply_is_whole() -> None:
    said = "We are open. You absolute idiot, we close at five, as every day, all year round."
    assert let_through(said, list(range(len(said))))[-1] == said.index("idiot")


def test_s14_a_word_that_goes_on_into_an_innocent_one_is_let_through() -> None:
    gate = Gate(MATCHER)
    assert gate.passed("Flights to bomb") == len("Flights to ")
    assert gate.passed("Flights to bombay are cheap") > len("Flights to bombay ")


def test_s14_the_gate_is_quick_however_hostile_the_text() -> None:
    for text in ["b" * 16_000, "b<" * 8_000, "bo " * 5_000, "&#9" * 5_000, "自" * 16_000, "](b" * 5_000, PROSE * 20]:
        gate = DEFAULT.reply_gate()
        began = time.perf_counter()
        for end in range(0, len(text), 32):
            gate.passed(text[:end])
        assert time.perf_counter() - began < 6, text[:20]
