"""Courtesies are told from questions."""

from __future__ import annotations

import pytest

from assistants.providers.courtesies import BY_LANGUAGE
from assistants.providers.knowledge import _WORDS
from assistants.providers.languages import known_language, language_of
from assistants.providers.small_talk import Kind, small_talk


@pytest.mark.parametrize(
    ("text", "kind", "language"),
    [
        ("Hello!", Kind.GREETING, "en"),
        ("hi there 👋", Kind.GREETING, "en"),
        ("Good morning everyone", Kind.GREETING, "en"),
        ("Guten Tag", Kind.GREETING, "de"),
        ("Grüß Gott zusammen", Kind.GREETING, "de"),
        ("Bonjour", Kind.GREETING, "fr"),
        ("¡Hola! Buenos días", Kind.GREETING, "es"),
        ("Buongiorno", Kind.GREETING, "it"),
        ("Goedemorgen", Kind.GREETING, "nl"),
        ("Olá, bom dia", Kind.GREETING, "pt"),
        ("thanks a lot", Kind.THANKS, "en"),
        ("Ok, thank you so much!", Kind.THANKS, "en"),
        ("Vielen Dank für die Hilfe", Kind.THANKS, "de"),
        ("merci beaucoup", Kind.THANKS, "fr"),
        ("bye", Kind.GOODBYE, "en"),
        ("Auf Wiedersehen", Kind.GOODBYE, "de"),
        ("Hi, I have a question", Kind.OPENING, "en"),
        ("Can you help me?", Kind.OPENING, "en"),
        ("Ich hätte mal eine Frage", Kind.OPENING, "de"),
        ("Are you a bot?", Kind.SELF, "en"),
        ("hello, are you a real person", Kind.SELF, "en"),
        ("Bist du ein Mensch?", Kind.SELF, "de"),
        ("Can I talk to a real person please?", Kind.PERSON, "en"),
        ("human please", Kind.PERSON, "en"),
        ("I want to speak with someone about my bill", Kind.PERSON, "en"),
        ("Kann ich bitte mit einem Mitarbeiter sprechen?", Kind.PERSON, "de"),
        ("je voudrais parler à quelqu’un", Kind.PERSON, "fr"),
        ("quiero hablar con una persona", Kind.PERSON, "es"),
    ],
)
def test_b11_a_courtesy_is_known_in_its_language(text: str, kind: Kind, language: str) -> None:
    found = small_talk(text)

    assert found is not None
    assert (found.kind, found.language) == (kind, language)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "?",
        "please",
        "Hello, when are you open on Saturday?",
        "thanks, and how much is it",
        "Do you have a service for one person?",
        "Is there a high chair for children",
        "what time",
        "Hi " * 30,
        "Is the agent fee refundable?",
        "Wie viele Personen passen an einen Tisch",
    ],
)
def test_b11_what_asks_something_is_no_courtesy(text: str) -> None:
    assert small_talk(text) is None


def test_every_language_has_words_for_every_courtesy() -> None:
    assert set(_WORDS) == set(BY_LANGUAGE)
    for words in _WORDS.values():
        assert set(words) == {*Kind, None}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Do you sell wetsuits?", "en"),
        ("Verkauft ihr auch Fahrräder für Kinder und wie teuer sind sie?", "de"),
        ("Est-ce que vous avez des vélos pour les enfants ?", "fr"),
        ("¿Dónde puedo aparcar y cuánto cuesta?", "es"),
        ("Quanto costa il noleggio di una bici?", "it"),
        ("Wat kost het om een fiets te huren voor een dag?", "nl"),
        ("Onde posso estacionar e quanto custa para você?", "pt"),
        ("12345", "en"),
    ],
)
def test_the_language_of_a_question_is_guessed(text: str, language: str) -> None:
    assert language_of(text) == language


def test_the_assistants_language_decides_when_nothing_stands_out() -> None:
    assert language_of("Botox?", otherwise="German") == "de"
    assert known_language("pt-BR") == "pt"
    assert known_language("Klingon") == "en"
