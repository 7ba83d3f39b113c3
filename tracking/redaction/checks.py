"""Check digits: which numbers are a card's, an account's or a person's. Plain sums, each from its public standard."""

from __future__ import annotations

from collections.abc import Callable


def luhn(digits: str) -> bool:
    """ISO/IEC 7812, of payment cards and many countries' numbers."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def mod97(account: str) -> bool:
    """ISO 13616, of IBANs."""
    turned = account[4:] + account[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def is_card(digits: str) -> bool:
    return 13 <= len(digits) <= 19 and digits[0] in "23456" and luhn(digits)


def is_us_ssn(digits: str) -> bool:
    return digits[:3] not in ("000", "666") and digits[0] != "9" and digits[3:5] != "00" and digits[5:] != "0000"


def is_german_tax_id(digits: str) -> bool:
    if digits[0] == "0" or len(set(digits[:10])) not in (8, 9):
        return False
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[10])


def is_french_nir(digits: str) -> bool:
    return digits[0] in "1234578" and 97 - int(digits[:13]) % 97 == int(digits[13:])


def is_dutch_bsn(digits: str) -> bool:
    return digits != "0" * 9 and _weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0


def is_polish_pesel(digits: str) -> bool:
    month = int(digits[2:4]) % 20
    in_calendar = 1 <= month <= 12 and 1 <= int(digits[4:6]) <= 31
    return in_calendar and _weighted(digits, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def is_portuguese_nif(digits: str) -> bool:
    rest = _weighted(digits, (9, 8, 7, 6, 5, 4, 3, 2)) % 11
    return digits[0] in "12356789" and int(digits[8]) == (0 if rest < 2 else 11 - rest)


def is_belgian_number(digits: str) -> bool:
    base, check = int(digits[:9]), int(digits[9:])
    in_calendar = int(digits[2:4]) <= 12 and int(digits[4:6]) <= 31
    return in_calendar and (97 - base % 97 == check or 97 - (2_000_000_000 + base) % 97 == check)


def is_swedish_number(digits: str) -> bool:
    return 1 <= int(digits[2:4]) <= 12 and 1 <= int(digits[4:6]) % 60 <= 31 and luhn(digits)


def is_swiss_ahv(digits: str) -> bool:
    return digits.startswith("756") and _weighted(digits, (1, 3) * 6 + (1,)) % 10 == 0


def is_austrian_svnr(digits: str) -> bool:
    in_calendar = 1 <= int(digits[4:6]) <= 31 and 1 <= int(digits[6:8]) <= 15
    return in_calendar and _weighted(digits, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)) % 11 == int(digits[3])


def is_brazilian_cpf(digits: str) -> bool:
    if len(set(digits)) == 1:
        return False
    checks = (_weighted(digits, tuple(range(size, 1, -1))) * 10 % 11 % 10 for size in (10, 11))
    return [int(digits[9]), int(digits[10])] == list(checks)


def is_canadian_sin(digits: str) -> bool:
    return digits[0] not in "08" and luhn(digits)


NUMBERS: dict[int, tuple[Callable[[str], bool], ...]] = {
    9: (is_dutch_bsn, is_portuguese_nif, is_canadian_sin),
    10: (is_swedish_number, is_austrian_svnr),
    11: (is_german_tax_id, is_polish_pesel, is_belgian_number, is_brazilian_cpf),
    13: (is_swiss_ahv,),
    15: (is_french_nir,),
}
"""Numbers of people that are digits alone, by their length."""

_ITALIAN_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def is_italian_code(code: str) -> bool:
    """Codice fiscale, sixteen letters and digits in small letters."""
    values = [int(c) if c.isdigit() else ord(c) - ord("a") for c in code[:15]]
    total = sum(value if place % 2 else _ITALIAN_ODD[value] for place, value in enumerate(values))
    return chr(ord("a") + total % 26) == code[15]


def is_spanish_number(code: str) -> bool:
    """DNI or NIE, in small letters."""
    number = int(code[:-1].translate(str.maketrans("xyz", "012")))
    return "trwagmyfpdxbnjzsqvhlcke"[number % 23] == code[-1]
