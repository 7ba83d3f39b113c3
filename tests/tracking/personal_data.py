"""A thousand pieces of personal data, the same every time, as visitors type them."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tracking.redaction import checks

EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
WIDE = str.maketrans("0123456789@.", "０１２３４５６７８９＠．")
FIRST = ["vera", "tom", "anna", "luis", "mehmet", "chloe", "jan", "sofia", "peter", "ines"]
LAST = ["visitor", "okafor", "silva", "yilmaz", "novak", "moreau", "jansen", "rossi", "kaminski", "berg"]
STREETS = ["{n} Baker Street", "{n} rue de la Paix", "Calle Mayor {n}", "Hauptstraße {n}", "Keizersgracht {n}",
           "Via Roma {n}", "ul. Długa {n}", "Rua Augusta {n}", "{n} Sunset Boulevard", "Am Markt {n}"]  # fmt: skip


def pieces(count: int = 1000, seed: int = 20261127) -> list[str]:
    """So many pieces of every kind there is."""
    chance = random.Random(seed)
    kinds = [_email, _phone, _card, _iban, _person_number, _ip, _street, _secret]
    return [_disguised(kinds[number % len(kinds)](chance), number, chance) for number in range(count)]


def hidden_in(piece: str) -> Iterator[str]:
    """What of a piece must not be found anywhere: itself and its telling part."""
    yield piece
    yield from (part for part in piece.split() if len(part) > 7 and not part.startswith("pass"))


def _disguised(piece: str, number: int, chance: random.Random) -> str:
    if number % 5 == 1:
        return piece.translate(EASTERN)
    if number % 5 == 2:
        return piece.translate(WIDE)
    if number % 5 == 3 and len(piece) > 6:
        middle = chance.randrange(2, len(piece) - 2)
        return f"{piece[:middle]}\u200b{piece[middle:]}"
    return piece


def _digits(chance: random.Random, count: int) -> str:
    return "".join(str(chance.randrange(10)) for _ in range(count))


def _email(chance: random.Random) -> str:
    name = f"{chance.choice(FIRST)}.{chance.choice(LAST)}{chance.randrange(90)}"
    at = chance.choice(["@", "@", "@", " (at) ", " [at] "])
    dot = " dot " if at != "@" else "."
    return f"{name}{at}mail{chance.randrange(900)}{dot}example{dot}com"


def _phone(chance: random.Random) -> str:
    shape = chance.choice(["+49 151 ########", "+1 (212) 55#-####", "(0)30 ########", "0151-########", "06 ## ## ## ##",
                           "+34 6## ### ###", "0044 20 7### ####", "+81-3-####-####", "07700 900###"])  # fmt: skip
    return "".join(_digits(chance, 1) if character == "#" else character for character in shape)


def _card(chance: random.Random) -> str:
    body = chance.choice(["4", "51", "55"]) + _digits(chance, 13)
    number = next(body[:15] + str(check) for check in range(10) if checks.luhn(body[:15] + str(check)))
    return " ".join(number[at : at + 4] for at in range(0, 16, 4)) if chance.random() < 0.5 else number


def _iban(chance: random.Random) -> str:
    country, length = chance.choice([("DE", 18), ("NL", 0), ("FR", 23), ("ES", 20), ("AT", 16)])
    body = "ABNA" + _digits(chance, 10) if country == "NL" else _digits(chance, length)
    check = next(f"{n:02}" for n in range(2, 99) if checks.mod97((country + f"{n:02}" + body).lower()))
    whole = country + check + body
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4)) if chance.random() < 0.5 else whole


def _person_number(chance: random.Random) -> str:
    kind = chance.randrange(5)
    if kind == 0:
        return f"{chance.randrange(100, 665)}-{chance.randrange(10, 99)}-{chance.randrange(1000, 9999)}"
    if kind == 1:
        return f"AB {_digits(chance, 2)} {_digits(chance, 2)} {_digits(chance, 2)} {chance.choice('ABCD')}"
    if kind == 2:
        number = chance.randrange(10_000_000, 99_999_999)
        return f"{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"
    check, length = [(checks.is_polish_pesel, 11), (checks.is_dutch_bsn, 9)][kind - 3]
    while not check(number := _digits(chance, length)):
        pass
    return number


def _ip(chance: random.Random) -> str:
    if chance.random() < 0.5:
        return ".".join(str(chance.randrange(1, 255)) for _ in range(4))
    return f"2001:db8:{chance.randrange(4096):x}::{chance.randrange(1, 4096):x}"


def _street(chance: random.Random) -> str:
    return chance.choice(STREETS).format(n=chance.randrange(1, 300))


def _secret(chance: random.Random) -> str:
    letters = "".join(chance.choice("abcdefghijkmnopqrstuvwxyz23456789") for _ in range(32))
    return chance.choice([f"sk-{letters}", f"ghp_{letters}", f"password: {letters[:9]}", f"Bearer {letters}", letters])
