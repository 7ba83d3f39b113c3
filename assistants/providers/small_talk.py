"""What needs no knowledge to answer: greetings, thanks, goodbyes, and the wish to speak with a person. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MAX_WORDS = 8
"""A longer message says something beside the courtesy, and that is what should be answered."""


class Kind(StrEnum):
    """What a courtesy is."""

    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A message that is courtesy and nothing else, and the language it was said in."""

    kind: Kind
    language: str


_GREETINGS: Final = {
    "en": "hi|hiya|hello|hey|howdy|good (?:morning|afternoon|evening|day)|greetings|how are you(?: doing)?(?: today)?",
    "de": "hallo|moin|servus|grüezi|grüß gott|gruss gott|guten (?:morgen|tag|abend)|wie geht(?: es|'?s)?(?: ihnen| dir)?",
    "fr": "bonjour|bonsoir|salut|coucou|(?:comment )?(?:ça|ca) va",
    "es": "hola|buenas|buen[oa]s (?:días|dias|tardes|noches)|(?:qué|que) tal",
    "it": "ciao|salve|buongiorno|buonasera|come (?:va|sta)",
    "nl": "hoi|hallo daar|goedemorgen|goedemiddag|goedenavond|goedendag",
    "pt": "olá|ola|oi|bom dia|boa (?:tarde|noite)",
}
_THANKS: Final = {
    "en": "thanks(?: a lot| so much)?|thank you(?: very much| so much)?|thx|ty|cheers|great|perfect|awesome|got it|ok(?:ay)?",
    "de": "danke(?: schön| sehr| dir| ihnen)?|vielen dank|super|prima|alles klar|besten dank",
    "fr": "merci(?: beaucoup| bien)?|parfait|super merci|d'accord",
    "es": "(?:muchas )?gracias|perfecto|vale|genial",
    "it": "grazie(?: mille)?|perfetto|va bene",
    "nl": "dank (?:je|u)(?: wel)?|bedankt|hartelijk dank|prima zo",
    "pt": "(?:muito )?obrigad[oa]|perfeito",
}
_GOODBYES: Final = {
    "en": "bye(?: bye)?|goodbye|see you(?: soon| later)?|have a (?:nice|good|great) (?:day|evening|weekend|one)|that(?:'s| is) all",
    "de": "tschüss|tschüs|auf wiedersehen|bis (?:bald|dann)|ciao ciao|schönen (?:tag|abend)(?: noch)?",
    "fr": "au revoir|à bientôt|a bientot|bonne (?:journée|journee|soirée|soiree)",
    "es": "adi[óo]s|hasta (?:luego|pronto|mañana)|chao",
    "it": "arrivederci|a presto|buona giornata",
    "nl": "tot ziens|doei|fijne dag",
    "pt": "tchau|até (?:logo|breve)|adeus",
}
_PERSONS: Final = {
    "en": (
        r"(?:speak|talk|chat|connect|transfer|put|pass|hand|get)\b.{0,40}\b(?:human|real person|person|someone|somebody|agent"
        r"|operator|representative|staff|team member|colleague)|^(?:a |real )*(?:human|person|agent|operator)(?: please)?$"
    ),
    "de": r"(?:mit|an) (?:einem|einer|einen|ihrem|ihrer)?\s*(?:echten |richtigen )?(?:mensch\w*|person|mitarbeiter\w*|kolleg\w*|berater\w*)",
    "fr": r"(?:parler|discuter|échanger)\b.{0,25}\b(?:quelqu'un|humain|personne|conseill\w+|agent)",
    "es": r"(?:hablar|comunicarme)\b.{0,20}\b(?:alguien|persona|humano|agente|asesor)",
    "it": r"parlare\b.{0,20}\b(?:qualcuno|persona|umano|operatore)",
    "nl": r"(?:spreken|praten)\b.{0,20}\b(?:iemand|mens|persoon|medewerker)|(?:iemand|mens|medewerker) (?:spreken|praten)",
    "pt": r"falar\b.{0,20}\b(?:alguém|alguem|pessoa|humano|atendente)",
}
_FILLERS: Final = (
    r"(?:there|all|everyone|team|again|you|so much|a lot|very much|please|then|now|for (?:the|your) (?:help|answer)"
    r"|zusammen|nochmal|noch|für (?:die|ihre) (?:hilfe|antwort)|à tous|beaucoup|a todos)"
)


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{words})(?: (?:{_FILLERS}|{words}))*")


_COURTESIES: Final = [
    (kind, language, _whole(words))
    for kind, by_language in ((Kind.THANKS, _THANKS), (Kind.GOODBYE, _GOODBYES), (Kind.GREETING, _GREETINGS))
    for language, words in by_language.items()
]
_WISHES: Final = [(language, re.compile(words)) for language, words in _PERSONS.items()]


def small_talk(text: str) -> SmallTalk | None:
    """The courtesy that a message is, or None when it asks or tells something."""
    words = " ".join(re.sub(r"[^\w\s']", " ", text.replace("’", "'").casefold()).split())
    for language, wish in _WISHES:
        # A wish for a person may stand in a longer sentence; an essay that mentions one is about something else.
        if len(words.split()) <= 2 * MAX_WORDS and wish.search(words):
            return SmallTalk(Kind.PERSON, language)
    if not words or len(words.split()) > MAX_WORDS:
        return None
    matches = (SmallTalk(kind, language) for kind, language, pattern in _COURTESIES if pattern.fullmatch(words))
    return next(matches, None)
