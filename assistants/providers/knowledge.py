"""Answers from the tenant's own words, with no model and no key: the best passage word for word, or an honest no."""

from __future__ import annotations

from typing import Final

from .base import Completion, Hear, Passage, Prompt
from .languages import language_of
from .small_talk import Kind, small_talk

MODEL = "knowledge"
"""Stands where other providers name their model."""

ENOUGH = 0.48
"""The least score of a passage that counts as an answer.

A passage that holds one of two things asked for, with nothing on the other ("Do you treat cats?" where children are
treated), reaches up to 0.475. Right answers mostly score above 0.6; those between are rephrased beyond recognition.
The yardstick under tests/ measures both sides: lower values answer a little more and begin to make things up.
"""

_WORDS: Final = {
    "en": {
        Kind.GREETING: "Hello. What would you like to know?",
        Kind.OPENING: "Of course. What would you like to know?",
        Kind.SELF: (
            "I'm an automatic assistant: I answer with what the team has written down. Ask for a person at any time."
        ),
        Kind.THANKS: "You're welcome. Is there anything else you would like to know?",
        Kind.GOODBYE: "Goodbye, and thank you for writing.",
        Kind.PERSON: "I'm passing this on to the team. A person will reply to you here.",
        None: "I don't know the answer to that. I've let the team know, so that a person can reply to you here.",
    },
    "de": {
        Kind.GREETING: "Hallo. Was möchten Sie wissen?",
        Kind.OPENING: "Gern. Was möchten Sie wissen?",
        Kind.SELF: (
            "Ich bin ein automatischer Assistent und antworte mit dem, was das Team aufgeschrieben hat. "
            "Fragen Sie gern nach einem Menschen."
        ),
        Kind.THANKS: "Gern geschehen. Möchten Sie noch etwas wissen?",
        Kind.GOODBYE: "Auf Wiedersehen und danke für Ihre Nachricht.",
        Kind.PERSON: "Ich gebe das an das Team weiter. Ein Mensch antwortet Ihnen hier.",
        None: "Das weiß ich leider nicht. Ich habe das Team verständigt, damit Ihnen hier ein Mensch antworten kann.",
    },
    "fr": {
        Kind.GREETING: "Bonjour. Que souhaitez-vous savoir ?",
        Kind.OPENING: "Bien sûr. Que souhaitez-vous savoir ?",
        Kind.SELF: (
            "Je suis un assistant automatique : je réponds avec ce que l'équipe a écrit. Vous pouvez "
            "demander une personne à tout moment."
        ),
        Kind.THANKS: "Avec plaisir. Souhaitez-vous savoir autre chose ?",
        Kind.GOODBYE: "Au revoir et merci pour votre message.",
        Kind.PERSON: "Je transmets à l'équipe. Une personne vous répondra ici.",
        None: "Je ne connais pas la réponse. J'ai prévenu l'équipe pour qu'une personne puisse vous répondre ici.",
    },
    "es": {
        Kind.GREETING: "Hola. ¿Qué le gustaría saber?",
        Kind.OPENING: "Por supuesto. ¿Qué le gustaría saber?",
        Kind.SELF: (
            "Soy un asistente automático y respondo con lo que el equipo ha escrito. Puede pedir hablar con "
            "una persona."
        ),
        Kind.THANKS: "De nada. ¿Le gustaría saber algo más?",
        Kind.GOODBYE: "Hasta luego y gracias por escribir.",
        Kind.PERSON: "Lo paso al equipo. Una persona le responderá aquí.",
        None: "No sé la respuesta. He avisado al equipo para que una persona pueda responderle aquí.",
    },
    "it": {
        Kind.GREETING: "Buongiorno. Che cosa desidera sapere?",
        Kind.OPENING: "Certo. Che cosa desidera sapere?",
        Kind.SELF: (
            "Sono un assistente automatico e rispondo con ciò che il team ha scritto. Può chiedere di "
            "parlare con una persona."
        ),
        Kind.THANKS: "Prego. Desidera sapere altro?",
        Kind.GOODBYE: "Arrivederci e grazie per averci scritto.",
        Kind.PERSON: "Passo la richiesta al team. Una persona le risponderà qui.",
        None: "Non conosco la risposta. Ho avvisato il team, così una persona potrà risponderle qui.",
    },
    "nl": {
        Kind.GREETING: "Hallo. Wat wilt u weten?",
        Kind.OPENING: "Natuurlijk. Wat wilt u weten?",
        Kind.SELF: (
            "Ik ben een automatische assistent en antwoord met wat het team heeft opgeschreven. U kunt "
            "altijd om een mens vragen."
        ),
        Kind.THANKS: "Graag gedaan. Wilt u nog iets weten?",
        Kind.GOODBYE: "Tot ziens en bedankt voor uw bericht.",
        Kind.PERSON: "Ik geef dit door aan het team. Iemand antwoordt u hier.",
        None: "Dat weet ik niet. Ik heb het team laten weten dat iemand u hier kan antwoorden.",
    },
    "pt": {
        Kind.GREETING: "Olá. O que gostaria de saber?",
        Kind.OPENING: "Claro. O que gostaria de saber?",
        Kind.SELF: (
            "Sou um assistente automático e respondo com o que a equipa escreveu. Pode pedir para falar com uma pessoa."
        ),
        Kind.THANKS: "De nada. Gostaria de saber mais alguma coisa?",
        Kind.GOODBYE: "Até logo e obrigado pela mensagem.",
        Kind.PERSON: "Vou passar isto à equipa. Uma pessoa responderá aqui.",
        None: "Não sei a resposta. Avisei a equipa para que uma pessoa possa responder aqui.",
    },
}


class KnowledgeProvider:
    """Says what the tenant wrote and where it stands; what isn't written it doesn't know."""

    async def complete(self, prompt: Prompt) -> Completion:
        """The answer to the visitor's last line. `found` is False when a person should look."""
        asked = prompt.transcript[-1].text if prompt.transcript else ""
        courtesy = small_talk(asked)
        if courtesy is not None:
            text = _WORDS[courtesy.language][courtesy.kind]
            return Completion(text=text, model=MODEL, found=courtesy.kind is not Kind.PERSON)
        passages = _that_answer(asked, prompt.passages)
        if not passages:
            return Completion(
                text=_WORDS[language_of(asked, otherwise=prompt.language)][None], model=MODEL, found=False
            )
        return Completion(text="\n\n".join(passage.text for passage in passages), model=MODEL, sources=passages)

    async def stream(self, prompt: Prompt, hear: Hear) -> Completion:
        """The same in one piece: it is there at once, and "no answer" may still become somebody else's answer."""
        return await self.complete(prompt)


def passing_on(prompt: Prompt) -> str:
    """That a person will reply, in the visitor's language."""
    asked = prompt.transcript[-1].text if prompt.transcript else ""
    return _WORDS[language_of(asked, otherwise=prompt.language)][Kind.PERSON]


def _that_answer(asked: str, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
    """The best passage; with it the second when the visitor asked two things and it stands somewhere else."""
    good = sorted((p for p in passages if p.score >= ENOUGH and p.text.strip()), key=lambda p: -p.score)
    if len(good) > 1 and asked.count("?") > 1 and good[1].source_id != good[0].source_id:
        return (good[0], good[1])
    return tuple(good[:1])
