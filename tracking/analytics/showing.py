"""Analytics as its page shows it (`tracking/analytics.html`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import formats

from tenants.models import Tenant
from tenants.templatetags import charts
from tracking.analytics import drawing, saying
from tracking.analytics.periods import DEFAULT, PERIODS, Period
from tracking.analytics.report import Figures, Report, Stretch, Writer, report
from tracking.analytics.saying import Delta, in_words, percent
from tracking.models import EventType

WRITERS_SHOWN = 15  # the others are folded away
KINDS = {"assistant": "machine", "agent": "person", "": "nobody"}


@dataclass(frozen=True, slots=True)
class Stat:
    """One figure: numbers with their units, how it has changed, and its course."""

    label: str
    parts: list[tuple[str, str]]
    delta: Delta
    spark: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the chart and its table."""

    name: str
    figures: Figures
    words: str
    is_today: bool
    is_late: bool  # in the second half: what floats beside it does so at its start

    @property
    def rate(self) -> str:
        return percent(self.figures.rate)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of all conversations."""

    label: str
    count: int
    percent: str
    width: float  # of a hundred


@dataclass(frozen=True, slots=True)
class Row:
    """Who answered."""

    writer: Writer
    drawing: str
    name: str
    rate: str
    first_reply: str
    cost: str
    figures: Figures = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "figures", self.writer.figures)


def context(tenant: Tenant, key: str, now: datetime) -> dict[str, Any]:
    """All that the page shows of a period; of one that there isn't, of the usual one."""
    period = Period(key if key in PERIODS else DEFAULT, now, tenant.tzinfo)
    found = report(tenant, period)
    shown: dict[str, Any] = {
        "report": found,
        "period": period,
        "periods": _periods(period.key),
        "zone": tenant.timezone,
    }
    if found.first_at is None:
        return shown
    rows = [_row(writer) for writer in found.writers]
    return shown | {
        "stats": _stats(found),
        "chart": drawing.lines(_course(found.current), _course(found.before) if found.before else []),
        "days": _days(found),
        "labels": _labels(period),
        "span": f"{_short(period.days[0])} to {_short(period.days[-1])}",
        "clock": formats.date_format(now.astimezone(period.zone), "H:i"),
        "shares": _shares(found),
        "beside": _beside(found),
        "rows": rows[:WRITERS_SHOWN],
        "other_rows": rows[WRITERS_SHOWN:],
        "outcomes": _outcomes(found),
        "has_worth": any(one.worth for one in found.outcomes),
        "hours": charts.bars(found.current.hours, [f"{hour:02}:00" for hour in range(24)]),
        "busiest": _busiest(found.current.hours),
    }


def _periods(chosen: str) -> list[dict[str, Any]]:
    here = reverse("analytics:page")
    return [
        {"label": f"{days} days", "url": f"{here}?period={key}", "current": key == chosen}
        for key, days in PERIODS.items()
    ]


def _stats(found: Report) -> list[Stat]:
    now, before, is_early = found.current, found.before, found.before is None
    was, days = before.whole if before else None, found.period.length

    def course(name: str) -> str:
        return drawing.spark([getattr(figures, name) for _, figures in now.days])

    whole = now.whole
    return [
        Stat(
            "Conversations",
            [(f"{whole.conversations:,}", "")],
            saying.growth(whole.conversations, was.conversations if was else None, days=days),
            course("conversations"),
        ),
        Stat(
            "Qualified leads",
            [(f"{whole.qualified:,}", "")],
            saying.growth(whole.qualified, was.qualified if was else None, days=days),
            course("qualified"),
        ),
        Stat(
            "Conversion rate",
            _percent_parts(whole.rate),
            saying.shift(whole.rate, was.rate if was else None, is_early=is_early),
            course("rate"),
        ),
        Stat(
            "Answered without a person",
            _percent_parts(whole.alone_rate),
            saying.shift(whole.alone_rate, was.alone_rate if was else None, is_early=is_early),
            course("alone_rate"),
        ),
        Stat(
            "First reply by a person",
            saying.wait(now.person_reply),
            saying.speed(now.person_reply, before.person_reply if before else None, is_early=is_early),
            note="half of them within" if now.person_reply is not None else "no person has replied",
        ),
        Stat(
            "Rating",
            [(f"{whole.rating:.1f}", "of 5")] if whole.rating else [],
            saying.shift(whole.rating, was.rating if was else None, is_early=is_early, unit="", slight=0.2),
            note=_counted(whole.rated, "rating", "ratings") if whole.rated else "nobody has rated",
        ),
    ]


def _percent_parts(share: float | None) -> list[tuple[str, str]]:
    return [] if share is None else [(f"{share:.1f}", "%")]


def _course(stretch: Stretch) -> list[int]:
    return [figures.conversations for _, figures in stretch.days]


def _days(found: Report) -> list[Day]:
    days = found.current.days
    return [
        Day(
            formats.date_format(day, "l j F"),
            figures,
            f"{_counted(figures.conversations, 'conversation', 'conversations')}, {figures.qualified:,} qualified",
            day == found.period.today,
            place >= len(days) / 2,
        )
        for place, (day, figures) in enumerate(days)
    ]


def _labels(period: Period) -> list[str]:
    """Under the chart: each day of a week, some of more."""
    if period.length <= 7:
        return [formats.date_format(day, "D j") for day in period.days]
    return charts.some([formats.date_format(day, "j M") for day in period.days])


def _shares(found: Report) -> list[Share]:
    whole = found.current.whole
    parts = {
        "By an assistant alone": whole.alone,
        "By a person": whole.by_person,
        "By nobody yet": whole.unanswered,
    }
    of = max(whole.conversations, 1)
    return [
        Share(label, count, f"{100 * count / of:.0f}", round(100 * count / of, 1)) for label, count in parts.items()
    ]


def _beside(found: Report) -> list[tuple[str, str]]:
    """What else there is to say of how they were answered."""
    whole = found.current.whole
    handed = next(one.conversations for one in found.outcomes if one.event_type == EventType.HANDOFF_REQUESTED)
    each = saying.dollars(round(whole.cost_micros / whole.conversations)) if whole.cost_micros else ""
    cost = saying.dollars(whole.cost_micros) + (f", {each} a conversation" if each else "")
    return [
        ("Handed to people", f"{handed:,}"),
        ("First reply by an assistant", in_words(saying.wait(found.current.assistant_reply))),
        ("AI cost", cost),
    ]


def _row(writer: Writer) -> Row:
    unnamed = {"assistant": "An assistant", "agent": "A former colleague", "": "Nobody yet"}[writer.kind]
    return Row(
        writer,
        KINDS[writer.kind],
        writer.name or unnamed,
        percent(writer.figures.rate),
        in_words(saying.wait(writer.first_reply)),
        saying.dollars(writer.figures.cost_micros),
    )


def _outcomes(found: Report) -> list[dict[str, Any]]:
    of = found.current.whole.conversations
    return [
        {
            "label": one.label,
            "conversations": one.conversations,
            "share": percent(100 * one.conversations / of if one.conversations else None),
            "worth": ", ".join(f"{worth.amount:,.2f} {worth.currency}" for worth in one.worth),
        }
        for one in found.outcomes
        if one.event_type != EventType.CONVERSATION_STARTED  # that is where they come from
    ]


def _busiest(hours: Sequence[int]) -> str:
    most = max(hours)
    if not most:
        return ""
    hour = hours.index(most)
    return f"Most begin between {hour:02}:00 and {(hour + 1) % 24:02}:00."


def _short(day: date) -> str:
    return formats.date_format(day, "j F")


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
