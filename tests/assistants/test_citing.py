"""Which passages a reply names as its sources, and which replies name none."""

from __future__ import annotations

import time

import pytest

from assistants.citing import drawn_on
from assistants.providers.base import Passage
from tests.assistants.businesses import NAMES, load


def passage(title: str, text: str, source_id: str, url: str = "") -> Passage:
    return Passage(text, title, url, source_id)


ENGLISH = (
    passage(
        "Do you deliver plants?",
        "Our bikes deliver within the city in two to three working days. Delivery costs 7 euros, and is free from 60.",
        "delivery",
        "https://moss.example/delivery",
    ),
    passage("When are you open?", "We open at nine and close at half past six, Tuesday to Saturday.", "hours"),
    passage("Do you repair e-bikes?", "We repair e-bikes with Bosch motors. A basic service is £55.", "repairs"),
    passage(
        "Can I return a plant?",
        "Bring it back with the receipt within 14 days, and you get your money back or another plant.",
        "returns",
    ),
)
GERMAN = (
    passage(
        "Liefern Sie auch?",
        "Wir liefern innerhalb der Stadt mit dem Lastenrad. Die Lieferung kostet 7 Euro, ab 60 Euro ist sie kostenlos.",
        "lieferung",
    ),
    passage("Wann haben Sie geöffnet?", "Dienstag bis Samstag von 9 bis 18:30 Uhr.", "zeiten"),
    passage(
        "Reparieren Sie E-Bikes?", "Wir reparieren E-Bikes mit Bosch-Motor. Eine Inspektion kostet 55 Euro.", "werk"
    ),
)
FRENCH = (
    passage("Livrez-vous ?", "Nous livrons en ville à vélo en deux jours. La livraison coûte 7 euros.", "livraison"),
    passage("Horaires d'ouverture", "Le magasin est ouvert du mardi au samedi de 9 h à 18 h 30.", "horaires"),
)
SPANISH = (
    passage("¿Hacen envíos?", "Enviamos en bicicleta dentro de la ciudad. El envío cuesta 7 euros.", "envios"),
    passage("Horario", "La tienda abre de martes a sábado de 9 a 18:30.", "horario"),
)


def sources(reply: str, *, asked: str, of: tuple[Passage, ...]) -> list[str]:
    return [found.source_id for found in drawn_on(reply, of, asked=asked, names="Moss & Lantern Ada")]


@pytest.mark.parametrize(
    ("asked", "reply", "named"),
    [
        ("Do you deliver?", ENGLISH[0].text, ["delivery"]),
        ("Do you deliver?", "Yes! Our bikes deliver within the city, and delivery costs 7 euros.", ["delivery"]),
        ("How long does shipping take?", "Shipping takes two to three working days.", ["delivery"]),
        ("What does delivery cost?", "It's €7, or free for orders of 60 euros and more.", ["delivery"]),
        ("When do you open?", "We open at nine.", ["hours"]),
        ("opening hours?", "We're there Tuesday to Saturday, from nine until half past six.", ["hours"]),
        ("How much is a basic service?", "A basic service costs **£55**.", ["repairs"]),
        ("Do you repair e-bikes?", "Yes, we repair e-bikes.", ["repairs"]),
        ("Do you fix e-bikes with Bosch motors?", "We do repair e-bikes with Bosch motors.", ["repairs"]),
        ("My plant died, can I get a refund?", "I'm sorry! With your receipt you get your money back.", ["returns"]),
        (
            "When do you open? And what is delivery?",
            "We open at nine and close at half past six. Delivery costs 7 euros.",
            ["hours", "delivery"],
        ),
        (
            "Tell me all",
            "1. Open Tuesday to Saturday\n2. Delivery: 7 euros\n3. A basic service is £55\n4. Money back: 14 days",
            ["hours", "delivery", "returns"],
        ),
        (
            "Do you repair Yamaha motors?",
            "I don't know about Yamaha motors, but we repair e-bikes with Bosch motors.",
            ["repairs"],
        ),
        ("Hello", "Hello! Welcome to Moss & Lantern, I'm Ada. How can I help you today?", []),
        ("Thanks", "You're welcome! Have a great day.", []),
        ("Do you repair Yamaha?", "I'm sorry, I don't know. A person of the team will reply here.", []),
        ("Do you repair Yamaha motors?", "I don't know whether we repair e-bikes with Yamaha motors.", []),
        ("How long does a basic service take?", "I can't say how long a basic service takes.", []),
        ("Do you deliver to Norway?", "Unfortunately there's no information on delivery to Norway.", []),
        ("Do you sell umbrellas?", "We sell umbrellas in two colours, from 20 dollars.", []),
        ("Where is the station?", "Take the tram to the cathedral, then walk along the river for a while.", []),
        ("Do you repair bikes?", "Would you like to know what a basic service costs?", []),
        ("A person, please", "I'm passing this on to the team. Somebody replies to you here.", []),
        ("Do you deliver?", "", []),
    ],
)
def test_d12_an_english_reply_names_what_it_rests_on(asked: str, reply: str, named: list[str]) -> None:
    assert sorted(sources(reply, asked=asked, of=ENGLISH)) == sorted(named)


@pytest.mark.parametrize(
    ("asked", "reply", "named", "of"),
    [
        (
            "Was kostet der Versand?",
            "Die Lieferung kostet 7 Euro, ab 60 Euro ist sie kostenlos.",
            ["lieferung"],
            GERMAN,
        ),
        ("Liefert ihr?", "Ja, wir bringen alles innerhalb der Stadt mit dem Lastenrad.", ["lieferung"], GERMAN),
        ("Wann öffnet ihr?", "Wir haben Dienstag bis Samstag ab 9 Uhr offen.", ["zeiten"], GERMAN),
        ("Repariert ihr E-Bikes?", "Ja, wir reparieren E-Bikes.", ["werk"], GERMAN),
        (
            "Wann offen und was kostet eine Inspektion?",
            "Geöffnet ist Dienstag bis Samstag. Eine Inspektion kostet 55 Euro.",
            ["werk", "zeiten"],
            GERMAN,
        ),
        ("Hallo", "Hallo und willkommen bei Moss & Lantern! Wie kann ich Ihnen helfen?", [], GERMAN),
        ("Danke", "Sehr gern. Ich wünsche Ihnen einen schönen Tag!", [], GERMAN),
        ("Liefert ihr nach Wien?", "Das weiß ich leider nicht. Ein Mensch aus dem Team antwortet hier.", [], GERMAN),
        ("Repariert ihr E-Bikes?", "Ob wir E-Bikes reparieren, kann ich leider nicht sagen.", [], GERMAN),
        ("Verkauft ihr Zelte?", "Wir verkaufen Zelte für zwei Personen ab 90 Dollar.", [], GERMAN),
        ("Livrez-vous ?", "Oui, nous livrons à vélo en deux jours pour 7 euros.", ["livraison"], FRENCH),
        ("Quand êtes-vous ouverts ?", "Nous sommes ouverts du mardi au samedi.", ["horaires"], FRENCH),
        ("Livrez-vous à Lyon ?", "Je ne sais pas si nous livrons à Lyon à vélo.", [], FRENCH),
        ("Bonjour", "Bonjour ! Comment puis-je vous aider ?", [], FRENCH),
        ("¿Hacen envíos?", "Sí, enviamos en bicicleta y el envío cuesta 7 euros.", ["envios"], SPANISH),
        ("¿Cuándo abren?", "Abrimos de martes a sábado, a las 9.", ["horario"], SPANISH),
        ("¿Envían a Cádiz?", "Lo siento, no sé si enviamos a Cádiz en bicicleta.", [], SPANISH),
    ],
)
def test_d12_so_do_replies_in_other_languages(
    asked: str, reply: str, named: list[str], of: tuple[Passage, ...]
) -> None:
    assert sorted(sources(reply, asked=asked, of=of)) == sorted(named)


def test_d12_what_bears_most_comes_first_and_each_source_once() -> None:
    page = "https://moss.example/care"
    care = (
        passage("Care · Water", "Water the fern twice a week with rainwater.", "site", page),
        passage("Care · Light", "Ferns like shade and a humid bathroom.", "site", page),
        passage("Opening", "The greenhouse opens in April.", "site", "https://moss.example/opening"),
    )
    reply = "In April the greenhouse opens. Water a fern twice a week with rainwater. It likes a shady, humid bathroom."

    assert drawn_on(reply, care, asked="How do I keep a fern?") == (care[0], care[2])
    assert drawn_on(reply, (care[0], care[0]), asked="") == (care[0],)


def test_d12_the_same_reply_names_the_same_sources_in_no_time() -> None:
    many = tuple(
        passage(f"{number} {one.title}", f"{one.text} " * 7, f"{number}") for number in range(3) for one in ENGLISH
    )
    reply = " ".join(one.text for one in ENGLISH)
    first = drawn_on(reply, many[:4], asked="Tell me all")
    best = 1.0
    for _ in range(20):
        began = time.perf_counter()
        again = drawn_on(reply, many[:4], asked="Tell me all")
        best = min(best, time.perf_counter() - began)
        assert again == first

    assert len(first) == 3
    assert best < 0.01, f"{best * 1000:.1f} ms"


def passages_of(name: str) -> list[Passage]:
    business = load(name)
    written = {**business.faqs, **business.texts}.items()
    return [passage(fields["title"], fields["body"], source_id) for source_id, fields in written]


def test_d12_what_a_business_wrote_is_found_in_its_own_words_and_not_in_anothers() -> None:
    """Every passage of the yardstick's businesses as a reply: among others of its own business, and of the next one."""
    own = strange = replies = 0
    for name, other in zip(NAMES, [*NAMES[1:], NAMES[0]], strict=True):
        written, foreign = passages_of(name), passages_of(other)
        for number, one in enumerate(written):
            beside = [*written[number - 2 : number], *written[number + 1 : number + 2]]
            own += drawn_on(one.text, [*beside, one], asked=one.title)[:1] == (one,)
            strange += bool(drawn_on(one.text, [foreign[(number + step) % len(foreign)] for step in range(4)]))
            replies += 1

    assert replies > 50
    assert own >= 0.95 * replies
    assert strange <= 0.03 * replies
