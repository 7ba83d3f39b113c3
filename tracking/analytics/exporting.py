"""A period's days as a file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse

from tenants.spreadsheets import BYTE_ORDER_MARK, lines
from tracking.analytics.report import Figures, Report

COLUMNS = (
    "day",
    "conversations",
    "qualified_leads",
    "conversion_rate",
    "answered_by_assistant_alone",
    "answered_by_person",
    "answered_by_nobody",
    "ratings",
    "rating",
    "ai_cost_usd",
)


def as_file(found: Report) -> HttpResponse:
    """One line a day, the last for today as far as it has come. Rates are percent."""
    days = found.period.days
    rows = [COLUMNS, *(_cells(day, figures) for day, figures in found.current.days)]
    file = HttpResponse(BYTE_ORDER_MARK + lines(rows), content_type="text/csv; charset=utf-8")
    file["Content-Disposition"] = f'attachment; filename="analytics-{days[0]}-{days[-1]}.csv"'
    file["Cache-Control"] = "no-store"
    return file


def _cells(day: date, one: Figures) -> tuple[Any, ...]:
    return (
        day.isoformat(),
        one.conversations,
        one.qualified,
        "" if one.rate is None else round(one.rate, 2),
        one.alone,
        one.by_person,
        one.unanswered,
        one.rated,
        "" if one.rating is None else round(one.rating, 2),
        f"{one.cost_micros / 1_000_000:.6f}",
    )
