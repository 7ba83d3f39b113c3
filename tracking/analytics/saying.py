"""Figures in words, and how they have changed; pure."""

from __future__ import annotations

from dataclasses import dataclass

MINUTE, HOUR, DAY = 60, 3600, 86_400
_SPACE = "\N{NO-BREAK SPACE}"
EARLY = "too early to compare"


@dataclass(frozen=True, slots=True)
class Delta:
    """How a figure has changed: the change itself, whether that is good, and what it is a change of."""

    change: str
    tone: str  # good, bad or nothing
    rest: str


def wait(seconds: int | None) -> list[tuple[str, str]]:
    """A duration as numbers and their units, the two largest; what is finer isn't known."""
    if seconds is None:
        return []
    if seconds < MINUTE:
        return [(str(seconds), "s")]
    if seconds < HOUR:
        rounded = round(seconds / 10) * 10 if seconds < 10 * MINUTE else round(seconds / MINUTE) * MINUTE
        return _two(rounded, MINUTE, "min", "s")
    if seconds < DAY:
        return _two(round(seconds / (10 * MINUTE)) * 10 * MINUTE // MINUTE, 60, "h", "min")
    return _two(round(seconds / HOUR), 24, "days" if seconds >= 2 * DAY else "day", "h")


def _two(number: int, size: int, large: str, small: str) -> list[tuple[str, str]]:
    whole, part = divmod(number, size)
    return [(str(count), unit) for count, unit in ((whole, large), (part, small)) if count]


def in_words(parts: list[tuple[str, str]]) -> str:
    """“3 min 40 s”, on one line; a dash where nothing is known."""
    return _SPACE.join(f"{count}{_SPACE}{unit}" for count, unit in parts) or "–"


def percent(share: float | None) -> str:
    """“18.2 %”; a dash of nothing."""
    return "–" if share is None else f"{share:.1f}{_SPACE}%"


def dollars(micros: int) -> str:
    """“$2.31”, for millionths of a dollar."""
    if not micros:
        return "none"
    return f"${micros / 1_000_000:,.2f}" if micros >= 10_000 else "under $0.01"


def growth(now: int, before: int | None, *, days: int) -> Delta:
    """Of a number, of which more is better."""
    if before is None:
        return Delta("", "", EARLY)
    if not before:
        return Delta("", "", f"none in the {days} days before")
    change = round(100 * (now - before) / before)
    if not change:
        return Delta("", "", "as before" if now == before else f"about as before, {before:,}")
    return Delta(f"{_signed(change, ',')}{_SPACE}%", "good" if change > 0 else "bad", f"on {before:,}")


def shift(
    now: float | None, before: float | None, *, is_early: bool, unit: str = "points", slight: float = 1.0
) -> Delta:
    """Of a share in percent or a rating, of which more is better; a slight change is neither good nor bad."""
    if is_early:
        return Delta("", "", EARLY)
    if now is None or before is None:
        return Delta("", "", "nothing to compare" if now is not None else "")
    change = round(now - before, 1)
    if not change:
        return Delta("", "", "as before")
    tone = "" if abs(change) < slight else "good" if change > 0 else "bad"
    if unit:
        words = f"{_signed(change, '.1f')}{_SPACE}{'point' if abs(change) == 1 else unit}"
        return Delta(words, tone, f"from {percent(before)}")
    return Delta(_signed(change, ".1f"), tone, f"from {before:.1f}")


def speed(now: int | None, before: int | None, *, is_early: bool) -> Delta:
    """Of a wait, of which less is better."""
    if is_early:
        return Delta("", "", EARLY)
    if now is None or before is None:
        return Delta("", "", "nothing to compare" if now is not None else "")
    if in_words(wait(now)) == in_words(wait(before)):
        return Delta("", "", "as before")
    gap, word, tone = abs(now - before), *(("faster", "good") if now < before else ("slower", "bad"))
    return Delta(f"{in_words(wait(gap))} {word}", tone, f"than {in_words(wait(before))}")


def _signed(number: float, form: str) -> str:
    return f"{'+' if number > 0 else '−'}{format(abs(number), form)}"
