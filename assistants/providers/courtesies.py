"""How people greet, thank, part, and ask for a person, by language: patterns over lower-case words. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Courtesies:
    """One language's patterns. `person` may match inside a sentence; the others make up a whole message."""

    greeting: str
    thanks: str
    goodbye: str
    opening: str
    self: str
    person: str
    filler: str


BY_LANGUAGE: Final = {
    "en": Courtesies(
        greeting="hi|hiya|hello|hey|howdy|greetings|good (?:morning|afternoon|evening)|how are you(?: doing| today)?",
        thanks="thanks|thank you|thx|ty|cheers|great|perfect|awesome|got it|ok(?:ay)?",
        goodbye="bye|goodbye|see you(?: soon| later)?|have a (?:nice|good) (?:day|evening)|that(?:'s| is) all",
        opening=(
            "help(?: me)?|(?:can|could) you help(?: me)?|i (?:need (?:some )?help|have a question)"
            "|(?:can|may) i ask (?:you )?(?:a question|something)|is any(?:one|body) there"
        ),
        self=(
            "(?:who|what) are you|what is your name"
            "|are you (?:an? )?(?:real )?(?:human|person|bot|robot|machine|ai|real)(?: being)?"
        ),
        person=(
            r"\b(?:speak|talk|chat|write) (?:to|with) .{0,30}\b(?:human|person|someone|somebody|agent|operator|staff)\b"
            r"|\b(?:connect|transfer|put|pass|get) me .{0,30}\b(?:human|person|someone|somebody|agent|operator|staff)\b"
            r"|\b(?:need|want|prefer) an? (?:real |live )*(?:human|person|agent|operator)\b"
            r"|^(?:a |real |live )*(?:human|person|agent|operator)(?: please)?$"
        ),
        filler="there|all|everyone|team|again|so much|a lot|very much|please|then|now|for (?:the|your) (?:help|answer)",
    ),
    "de": Courtesies(
        greeting="hallo|hi|hey|moin|servus|grüezi|grüss gott|guten (?:morgen|tag|abend)|wie geht(?: es|'?s)?",
        thanks="danke|vielen dank|besten dank|super|prima|alles klar|ok(?:ay)?",
        goodbye="tschüss?|auf wiedersehen|bis (?:bald|dann)|schönen (?:tag|abend)",
        opening=(
            "hilfe|(?:können sie|kannst du|könnt ihr) mir helfen|ich (?:habe|hätte) (?:mal )?eine frage"
            "|ist (?:da |hier )?jemand(?: da)?"
        ),
        self=(
            "wer (?:bist du|sind sie|seid ihr)"
            "|(?:bist du|sind sie) (?:eine? )?(?:echter )?(?:mensch|bot|roboter|maschine|ki|echt)"
        ),
        person=(
            r"\b(?:sprechen|reden|chatten|telefonieren|verbinden)\b.{0,40}\b(?:mensch|person|mitarbeiter|kolleg|berater|jemand)"
            r"|\b(?:mensch|person|mitarbeiter|kolleg|berater|jemand).{0,20}\b(?:sprechen|reden|chatten|telefonieren|verbinden)\b"
        ),
        filler="zusammen|nochmal|noch|schön|sehr|dir|ihnen|euch|bitte|für (?:die|ihre|deine) (?:hilfe|antwort)",
    ),
    "fr": Courtesies(
        greeting="bonjour|bonsoir|salut|coucou|(?:comment )?[çc]a va",
        thanks="merci|parfait|super|d'accord",
        goodbye="au revoir|[àa] bient[ôo]t|bonne (?:journée|soirée)",
        opening="aide|(?:pouvez-vous|pouvez vous|peux-tu|peux tu) m'aider|j'ai une question|il y a quelqu'un",
        self="qui (?:êtes[- ]vous|es[- ]tu)|(?:êtes[- ]vous|es[- ]tu) (?:une? )?(?:humain|robot|bot|machine|personne)",
        person=r"\b(?:parler|discuter|échanger) (?:à|avec) .{0,20}\b(?:quelqu'un|humain|personne|conseill|agent)",
        filler="beaucoup|bien|à tous|encore|s'il vous plaît|pour (?:votre|l') ?(?:aide|réponse)",
    ),
    "es": Courtesies(
        greeting="hola|buenas|buen[oa]s (?:días|dias|tardes|noches)|(?:qué|que) tal",
        thanks="(?:muchas )?gracias|perfecto|vale|genial",
        goodbye="adi[óo]s|hasta (?:luego|pronto|mañana)|chao",
        opening="ayuda|(?:me puedes?|puedes?) ayudar(?:me)?|tengo una (?:pregunta|duda)|hay alguien",
        self="qui[ée]n (?:eres|es usted)|eres (?:una? )?(?:humano|robot|bot|máquina|persona)",
        person=r"\b(?:hablar|comunicarme) con .{0,20}\b(?:alguien|persona|humano|agente|asesor)",
        filler="a todos|por favor|por (?:la|tu|su) (?:ayuda|respuesta)",
    ),
    "it": Courtesies(
        greeting="ciao|salve|buongiorno|buonasera|come (?:va|sta)",
        thanks="grazie|perfetto|va bene",
        goodbye="arrivederci|a presto|buona giornata",
        opening="aiuto|(?:può|puoi) aiutarmi|ho una domanda|c'è qualcuno",
        self="chi sei|sei (?:un[a']? ?)?(?:umano|robot|bot|macchina|persona)",
        person=r"\bparlare con .{0,20}\b(?:qualcuno|persona|umano|operatore)",
        filler="mille|a tutti|per favore",
    ),
    "nl": Courtesies(
        greeting="hoi|hallo|goedemorgen|goedemiddag|goedenavond|goedendag",
        thanks="dank (?:je|u)|bedankt|hartelijk dank",
        goodbye="tot ziens|doei|fijne dag",
        opening="hulp|(?:kunt u|kun je) (?:mij|me) helpen|ik heb een vraag|is er iemand",
        self="wie (?:ben je|bent u)|(?:ben je|bent u) (?:een )?(?:mens|robot|bot)",
        person=(
            r"\b(?:spreken|praten|chatten) met .{0,20}\b(?:iemand|mens|persoon|medewerker)"
            r"|\b(?:iemand|mens|persoon|medewerker)\b.{0,10}\b(?:spreken|praten|chatten)"
        ),
        filler="wel|allemaal|alsjeblieft|alstublieft",
    ),
    "pt": Courtesies(
        greeting="olá|ola|oi|bom dia|boa (?:tarde|noite)",
        thanks="(?:muito )?obrigad[oa]|perfeito",
        goodbye="tchau|até (?:logo|breve)|adeus",
        opening="ajuda|(?:pode|podes) (?:me )?ajudar(?:-me)?|tenho uma (?:pergunta|dúvida)|há alguém",
        self="quem (?:é você|és tu)|(?:você é|és) (?:uma? )?(?:humano|robô|robot|bot|pessoa)",
        person=r"\bfalar com .{0,20}\b(?:alguém|alguem|pessoa|humano|atendente)",
        filler="a todos|por favor",
    ),
}
