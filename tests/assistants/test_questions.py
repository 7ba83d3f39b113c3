"""Pasted questions are told from their answers."""

from __future__ import annotations

from assistants.questions import read_questions


def test_d12_pairs_are_read_in_order_with_answers_of_many_lines() -> None:
    text = "Our FAQ\n\nQ: When are you\nopen?\nA: From nine.\n\nUntil six.\nQ: Where?\nA: Here: at the corner."

    assert read_questions(text) == [
        ("When are you open?", "From nine.\n\nUntil six."),
        ("Where?", "Here: at the corner."),
    ]


def test_d12_other_marks_and_languages_work() -> None:
    assert read_questions("Frage: Wann?\nAntwort: Um neun.") == [("Wann?", "Um neun.")]
    assert read_questions("question: When?\nanswer: At nine.") == [("When?", "At nine.")]


def test_d12_halves_are_left_out() -> None:
    assert read_questions("Q: One?\nQ: Two?\nA: 2\nA: three\nQ: Four?") == [("Two?", "2")]
    assert read_questions("") == read_questions("no marks at all") == []
