"""The lists that every tenant has: what no reply says, what people should see, and how visitors ask for a person.

Phrases rather than words: a single word ("lawyer", "agent") is some tenant's daily business.
"""

from __future__ import annotations

from typing import Final

BLOCKED: Final = (
    "fuck", "fucks", "fucked", "fucker", "fucking", "motherfucker", "bullshit", "shithead", "bitch", "bitches", "cunt",
    "asshole", "assholes", "wanker", "nigger", "niggers", "faggot", "faggots", "retarded idiot",
    "arschloch", "hurensohn", "fotze", "wichser", "missgeburt", "verpiss dich",
    "connard", "connasse", "enculé", "fils de pute", "salope", "ta gueule",
    "hijo de puta", "gilipollas", "cabrón", "coño", "vete a la mierda",
    "vaffanculo", "stronzo", "figlio di puttana", "kankerlijer", "hoerenjong", "klootzak",
    "filho da puta", "vai tomar no cu", "блять", "сука", "пиздец", "хуй", "操你妈", "傻逼", "くたばれ",
)  # fmt: skip

SERIOUS_HIGH: Final = (
    # harm to oneself
    "kill myself", "killing myself", "end my life", "ending my life", "take my own life", "commit suicide", "suicidal",
    "i want to die", "want to be dead", "better off dead", "hurt myself", "hurting myself", "self-harm", "selfharm",
    "mich umbringen", "bring mich um", "bringe mich um", "mir das leben nehmen", "selbstmord begehen",
    "suizidgedanken", "selbstmordgedanken", "ich will sterben", "ich möchte sterben", "nicht mehr leben",
    "me suicider", "me tuer", "mettre fin à mes jours", "envie de mourir", "je veux mourir",
    "suicidarme", "matarme", "quitarme la vida", "quiero morir", "quiero morirme",
    "suicidarmi", "uccidermi", "togliermi la vita", "voglio morire",
    "zelfmoord plegen", "mezelf doden", "ik wil dood", "me matar", "tirar a minha vida", "quero morrer",
    "покончить с собой", "хочу умереть", "popełnić samobójstwo", "intihar edeceğim",
    "自杀", "自殺", "死にたい", "ฆ่าตัวตาย",
    # harm to others
    "i will kill you", "i'll kill you", "going to kill you", "gonna kill you", "kill you all", "shoot you all",
    "bomb threat", "plant a bomb", "blow up your", "burn down your", "stab you",
    "ich bringe dich um", "ich bringe sie um", "ich bring dich um", "ich töte dich", "bombendrohung",
    "je vais te tuer", "je vais vous tuer", "alerte à la bombe", "te voy a matar", "amenaza de bomba",
    "ti ammazzo", "ik vermoord je", "vou te matar", "я тебя убью",
)  # fmt: skip

SERIOUS_MEDIUM: Final = (
    # somebody may be in danger
    "having a heart attack", "having a stroke", "took an overdose", "taken an overdose", "can't breathe",
    "cannot breathe", "is unconscious", "bleeding heavily", "call an ambulance", "medical emergency",
    "allergic shock", "anaphylactic shock", "house is on fire", "smell gas", "carbon monoxide",
    "habe einen herzinfarkt", "bekomme keine luft", "ist bewusstlos", "überdosis genommen",
    "rufen sie einen krankenwagen",
    "crise cardiaque", "ne peux plus respirer", "est inconscient", "appelez une ambulance",
    "infarto de corazón", "no puedo respirar", "está inconsciente", "llamen a una ambulancia",
    # the law
    "i will sue", "i'll sue", "going to sue", "suing you", "take legal action", "taking legal action",
    "legal action against", "my lawyer will", "my solicitor will", "see you in court", "press charges",
    "reported you to the police", "data protection complaint",
    "ich verklage sie", "werde sie verklagen", "rechtliche schritte", "mein anwalt wird", "strafanzeige",
    "poursuites judiciaires", "vous poursuivre en justice", "mon avocat va", "porter plainte",
    "voy a demandarles", "acciones legales", "mi abogado va", "azioni legali", "juridische stappen", "ação judicial",
    # promises that bind
    "guaranteed returns", "risk-free investment", "i can guarantee you that", "legally binding offer",
)  # fmt: skip

ESCALATION: Final = (
    "talk to a human", "talk to a person", "talk to a real person", "talk to someone real", "talk to an agent",
    "talk to a manager", "talk to your manager", "speak to a human", "speak to a person", "speak to a real person",
    "speak to an agent", "speak to a manager", "speak to your manager", "speak with a human", "speak with a person",
    "speak with an agent", "speak with a manager", "real human being", "human agent please", "not a bot",
    "stop the bot", "connect me to a human", "transfer me to", "customer service representative",
    "mit einem menschen sprechen", "mit einem mitarbeiter sprechen", "einen echten menschen", "keinen bot",
    "mit jemandem sprechen", "mit dem chef sprechen", "verbinden sie mich",
    "parler à un humain", "parler à quelqu'un", "parler à une personne", "parler à un conseiller", "un vrai humain",
    "hablar con un humano", "hablar con una persona", "hablar con alguien", "hablar con un agente", "persona real",
    "parlare con un operatore", "parlare con una persona", "parlare con qualcuno", "operatore umano",
    "met een mens praten", "met iemand praten", "een medewerker spreken", "met een medewerker",
    "falar com um humano", "falar com uma pessoa", "falar com um atendente", "falar com alguém",
    "поговорить с человеком", "позовите оператора", "соедините с оператором", "porozmawiać z człowiekiem",
    "gerçek bir kişiyle", "转人工", "人工客服", "轉人工", "人と話したい", "オペレーターにつない", "คุยกับคน",
)  # fmt: skip
