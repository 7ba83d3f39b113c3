"""Numbers that belong to people: phones, cards, accounts, what states number their citizens with."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from tracking.redaction import checks
from tracking.redaction.folding import Find

LONGEST_RUN = 60  # digits in one row of groups; what is longer is nobody's to read
PHONE_LOOKUPS = 30  # in one text; from then on every candidate counts as a phone
_REGIONS = ("US", "ES", "PL", "PT", "IN")  # where people write numbers without a leading zero
_RUN = re.compile(r"(?:\+\s?|\()?\d(?:[\s().\-/_]{0,3}\d)*")
_DATE = re.compile(
    r"(?<![\d+.-])(?:(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:19|20)\d\d)"
    r"(?:[t ]\d\d:\d\d(?::\d\d)?)?(?![-/.]?\d)"
)
_BORN = re.compile(
    r"(?:\bborn|\bdob|birth|geboren|\bgeb\.|geburts|nacid[oa]|nacimiento|\bnee?\b|nascid[oa]|\bnat[oa]\b|urodz)\D{0,20}$"
)
_IBAN = re.compile(r"(?<![^\W_])[a-z]{2}[\s-]?\d{2}(?:[\s-]{0,2}[a-z0-9]){11,32}")
_LENGTHS = {  # of an IBAN, by country
    15: "no", 16: "be", 18: "dk fi nl", 19: "mk si", 20: "at ba ee lt lu xk", 21: "ch hr li lv",
    22: "bg de gb ge ie me rs", 23: "ae gi il", 24: "ad cz es md pk ro sa se sk tn", 25: "pt", 26: "is tr",
    27: "fr gr it mc sm", 28: "al az cy hu ma pl", 29: "br ua", 31: "mt",
}  # fmt: skip
_COUNTRY = {country: length for length, countries in _LENGTHS.items() for country in countries.split()}
_LETTERED = re.compile(
    r"(?<![^\W_])(?:"
    r"(?P<nino>[a-ceghj-prstw-z][a-ceghj-nprstw-z]\s?\d{2}\s?\d{2}\s?\d{2}\s?[a-d])"
    r"|(?P<spanish>[xyz]?[\s.-]?\d{1,2}[\s.]?\d{3}[\s.]?\d{3}[\s.-]?[a-z])"
    r"|(?P<italian>[a-z]{6}\s?\d{2}[a-ehlmprst]\d{2}\s?[a-z]\d{3}[a-z])"
    r")(?![^\W_])"
)
_SAID = re.compile(
    r"(?:\btel\b|phone|telefon|mobil|handy|\bcell\b|\bcall\b|whats ?app|\bsms\b|\bfax\b|\bssn\b|social security"
    r"|passport|reisepass|ausweis|passeport|pasaporte|\bbsn\b|\bnif\b|\bsin\b|\bid\b|licen[cs]e|fuhrerschein|account|konto"
    r"|\bcard\b|karte|steuer)[^\d\n]{0,25}$"
)


def find(text: str) -> Iterator[Find]:
    """Numbers that say by their form or their check digits that they are somebody's."""
    if not any(character in text for character in "0123456789"):
        return
    yield from _accounts(text)
    yield from _lettered(text)
    for date in _DATE.finditer(text):
        if _BORN.search(text, max(0, date.start() - 40), date.start()):
            yield Find(*date.span(), "date")
    undated = _DATE.sub(lambda date: "x" * len(date.group()), text)
    phones = _Phones()
    for run in _RUN.finditer(undated):
        yield from _judged(undated, run, phones)


def _accounts(text: str) -> Iterator[Find]:
    for candidate in _IBAN.finditer(text):
        length = _COUNTRY.get(candidate.group()[:2])
        places = [at for at in range(*candidate.span()) if text[at].isalnum()][:length]
        account = "".join(text[at] for at in places)
        if length == len(account) and account.isascii() and checks.mod97(account):
            yield Find(candidate.start(), places[-1] + 1, "iban")


def _lettered(text: str) -> Iterator[Find]:
    for found in _LETTERED.finditer(text):
        code = re.sub(r"[\s.-]", "", found.group())
        if (
            found["nino"]
            or (found["italian"] and checks.is_italian_code(code))
            or (found["spanish"] and len(code) == 9 and checks.is_spanish_number(code))
        ):
            yield Find(*found.span(), "id")


def _judged(text: str, run: re.Match[str], phones: _Phones) -> Iterator[Find]:
    """The run as a whole, or the first of its groups that belong together."""
    places = [at for at in range(*run.span()) if text[at].isdigit()]
    if len(places) < 6:
        return
    if len(places) > LONGEST_RUN:
        yield Find(*run.span(), "number")
        return
    kind = _kind_of(run.group(), "".join(text[at] for at in places), phones)
    if not kind and len(places) >= 6 and _SAID.search(text, max(0, run.start() - 45), run.start()):
        kind = "number"
    if kind:
        yield Find(*run.span(), kind)
    else:
        yield from _within(text, run, places, phones)


def _within(text: str, run: re.Match[str], places: list[int], phones: _Phones) -> Iterator[Find]:
    """Cards and phones that stand among other numbers: windows of whole groups, the longest first."""
    groups = [group.span() for group in re.finditer(r"\+?\d+", run.group())]
    first = 0
    while first < len(groups) - 1 and len(places) > 9:
        for last in range(len(groups) - 1, first - 1, -1):
            start, end = groups[first][0] + run.start(), groups[last][1] + run.start()
            if (start, end) == run.span():
                continue
            written = text[start:end]
            digits = re.sub(r"\D", "", written)
            kind = "card" if checks.is_card(digits) else written[0] == "+" and _kind_of(written, digits, phones)
            if kind:
                yield Find(start, end, str(kind))
                first = last
                break
        first += 1


def _kind_of(written: str, digits: str, phones: _Phones) -> str:
    if checks.is_card(digits) and not (written[0] == "+" and len(digits) < 16):
        return "card"
    if any(check(digits) for check in checks.NUMBERS.get(len(digits), ())):
        return "id"
    if re.fullmatch(r"\d{3}[ -]\d{2}[ -]\d{4}", written) and checks.is_us_ssn(digits):
        return "id"
    return "phone" if phones.is_phone(written, digits) else ""


class _Phones:
    """Phones as they are written in the world; asks the library only where the form leaves it open."""

    def __init__(self) -> None:
        self.left = PHONE_LOOKUPS

    def is_phone(self, written: str, digits: str) -> bool:
        size = len(digits)
        if not 7 <= size <= 15:
            return False
        if written[0] == "+" or digits.startswith("00"):
            return True
        groups = re.findall(r"\d+", written)
        if digits[0] == "0" and size >= 8:
            return True
        if len(groups) > 1:
            return size >= 9 or written[0] == "(" or self._is_short(groups)
        return size >= 9 and self._is_known(digits)

    def _is_short(self, groups: list[str]) -> bool:
        """“555-0199” and “22 44 66 88”: seven or eight digits in small groups."""
        return max(map(len, groups)) <= 4 and (len(groups) > 2 or len("".join(groups)) == 7)

    def _is_known(self, digits: str) -> bool:
        self.left -= 1
        return self.left < 0 or _is_valid(f"+{digits}", None) or any(_is_valid(digits, region) for region in _REGIONS)


def _is_valid(number: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False
