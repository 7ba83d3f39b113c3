"""The provider that answers word for word, and what every provider has in common."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from assistants.providers import registry
from assistants.providers.base import Completion, Connection, Passage, Prompt, Provider, Said
from assistants.providers.knowledge import ENOUGH, KnowledgeProvider
from tests.doubles.openai_server import OpenAIDouble

HOURS = Passage(
    text="We open at nine.", title="When are you open?", url="https://a.example/h", source_id="1", score=0.9
)
PLACE = Passage(text="At the corner.", title="Where are you?", source_id="2", score=0.7)
WEAK = Passage(text="We sell bells.", title="Bells", source_id="3", score=ENOUGH - 0.01)


def prompt(*said: str, passages: tuple[Passage, ...] = (), language: str = "") -> Prompt:
    return Prompt("", tuple(Said("visitor", text) for text in said), passages, language)


async def ask(text: str, *passages: Passage, language: str = "") -> Completion:
    return await KnowledgeProvider().complete(prompt(text, passages=passages, language=language))


async def test_b11_the_best_passage_is_said_word_for_word_and_its_source_named() -> None:
    completion = await ask("when do you open", PLACE, HOURS, WEAK)

    assert completion.text == "We open at nine."
    assert completion.sources == (HOURS,)
    assert completion.found
    assert (completion.model, completion.tokens_in, completion.tokens_out) == ("knowledge", 0, 0)


async def test_b11_two_questions_get_two_answers() -> None:
    completion = await ask("When do you open? And where are you?", HOURS, PLACE)

    assert completion.text == "We open at nine.\n\nAt the corner."
    assert completion.sources == (HOURS, PLACE)


async def test_b11_one_source_is_not_quoted_twice() -> None:
    again = Passage(text="We close at six.", title="When are you open?", source_id="1", score=0.8)

    assert (await ask("When do you open? And close?", HOURS, again)).sources == (HOURS,)


@pytest.mark.parametrize("passages", [(), (WEAK,), (Passage(text="  ", score=1.0),)])
async def test_b11_without_an_answer_it_says_so_and_offers_a_person(passages: tuple[Passage, ...]) -> None:
    completion = await ask("Do you sell wetsuits?", *passages)

    assert not completion.found
    assert completion.sources == ()
    assert "I don't know" in completion.text
    assert "person" in completion.text


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("Verkauft ihr auch Fahrräder?", "", "Das weiß ich leider nicht"),
        ("Est-ce que vous vendez des vélos ?", "", "Je ne connais pas la réponse"),
        ("¿Dónde hay bicicletas para los niños?", "", "No sé la respuesta"),
        ("Botox?", "de", "Das weiß ich leider nicht"),
        ("Do you have Botox?", "de", "I don't know"),
    ],
)
async def test_b11_it_says_so_in_the_visitors_language(text: str, language: str, words: str) -> None:
    assert (await ask(text, language=language)).text.startswith(words)


async def test_b11_courtesies_are_returned_and_flag_nothing() -> None:
    for text in ("Hello!", "Thanks a lot", "Bye", "Can you help me?", "Are you a bot?"):
        completion = await ask(text, WEAK)
        assert completion.found
        assert completion.sources == ()
        assert "I don't know" not in completion.text


async def test_b11_who_asks_for_a_person_gets_one() -> None:
    completion = await ask("Can I talk to a human?", HOURS)

    assert not completion.found
    assert "A person will reply to you here" in completion.text


async def test_b11_nothing_said_is_no_reason_to_fall() -> None:
    assert not (await KnowledgeProvider().complete(prompt())).found


# --- What every provider has in common ---
@pytest.fixture(params=sorted(registry.KINDS))
async def provider(request: pytest.FixtureRequest, openai_double: OpenAIDouble) -> AsyncIterator[Provider]:
    connection = Connection(openai_double.url, "sk-0000", "double-echo")
    yield registry.build_provider(request.param, connection)
    await registry.aclose_all()


TALKS: list[Callable[[], Prompt]] = [
    lambda: prompt("When do you open?", passages=(HOURS,)),
    lambda: prompt("Hello"),
    lambda: prompt("x" * 4000, passages=(HOURS, PLACE, WEAK)),
    lambda: prompt("First", "Second?", "מתי אתם פתוחים? \u202e 🚲"),
]


@pytest.mark.parametrize("talk", TALKS)
async def test_every_provider_answers_in_one_shape(provider: Provider, talk: Callable[[], Prompt]) -> None:
    completion = await provider.complete(talk())

    assert completion.text.strip() == completion.text != ""
    assert completion.model
    assert completion.tokens_in >= 0 <= completion.tokens_out
    assert isinstance(completion.found, bool)
    assert set(completion.sources) <= set(talk().passages)


async def test_every_provider_leaves_the_prompt_as_it_was(provider: Provider) -> None:
    asked = prompt("When do you open?", passages=(HOURS,))
    await provider.complete(asked)

    assert asked == prompt("When do you open?", passages=(HOURS,))
