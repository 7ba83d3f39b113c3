"""Texts are cut into passages that can be read alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistants.chunks import AIM, MOST, Piece, split

SENTENCE = "The workshop opens at nine and closes at six. "


def test_a_short_text_is_one_passage() -> None:
    assert split("We open at nine.\n\nWe close at six.") == [Piece("", "We open at nine.\n\nWe close at six.")]


@pytest.mark.parametrize(
    "text",
    [
        "# Chain\n\nOil it.\n\n# Tyres\n\nPump them.",
        "Chain\n=====\nOil it.\n\nTyres\n-----\nPump them.",
        "Chain\n\nOil it.\n\nTyres:\n\nPump them.",
        "# Chain\nOil it.\r\n\r\n## Tyres ##\r\nPump them.",
    ],
)
def test_each_heading_begins_a_passage_and_goes_with_it(text: str) -> None:
    assert split(text) == [Piece("Chain", "Oil it."), Piece("Tyres", "Pump them.")]


def test_a_heading_with_nothing_under_it_is_kept_as_text() -> None:
    assert split("# Chain\n\n# Tyres\n\nPump them.") == [Piece("Chain", "Chain"), Piece("Tyres", "Pump them.")]


def test_an_item_of_a_list_is_no_heading() -> None:
    assert split("We sell:\n\n- bells\n\n- lights") == [Piece("We sell", "- bells\n\n- lights")]


def test_a_long_paragraph_is_cut_at_sentences() -> None:
    pieces = split(SENTENCE * 60)

    assert len(pieces) > 3
    assert all(piece.body.endswith("six.") and piece.body.startswith("The") for piece in pieces)
    assert all(len(piece.body) <= AIM + len(SENTENCE) for piece in pieces)


def test_a_word_without_end_is_cut_where_it_must_be() -> None:
    assert "".join(piece.body for piece in split("x" * 3000)) == "x" * 3000


def test_nothing_becomes_no_passage() -> None:
    assert split("") == split(" \n\n\t\n") == []


@given(st.text(st.sampled_from("ab .!?\n#-:=“”é。"), max_size=4000))
def test_every_word_survives_and_no_passage_is_too_long(text: str) -> None:
    pieces = split(text)

    assert all(0 < len(piece.body) <= MOST for piece in pieces)
    kept = "".join(piece.heading + piece.body for piece in pieces)
    assert sum(kept.count(letter) for letter in "abé") >= sum(text.count(letter) for letter in "abé")
