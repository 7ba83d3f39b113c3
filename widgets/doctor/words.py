"""Words that several checks share."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from tenants.templatetags.moments import say_clock, say_day, say_distance
from widgets.doctor.findings import Fix

HOSTS_NAMED = 3


def tab(name: str) -> str:
    """The address of one of the widget's tabs."""
    return f"{reverse('widgets:settings')}?tab={name}"


def times(number: int, one: str, many: str = "") -> str:
    """“1 call”, “1,204 calls”."""
    return f"1 {one}" if number == 1 else f"{number:,} {many or one + 's'}"


def since(first: datetime, now: datetime) -> str:
    """“since 09:12”, with the weekday when it was yesterday."""
    return f"since {say_clock(first, now)}"


def between(first: datetime, last: datetime, now: datetime) -> str:
    """“between 11:40 and 11:52”, or “at 11:40”."""
    begin, end = say_clock(first, now), say_clock(last, now)
    return f"at {begin}" if begin == end else f"between {begin} and {end}"


def ago(moment: datetime, now: datetime) -> str:
    """“3 min ago”."""
    return say_distance(moment, now)


def day(moment: datetime, now: datetime) -> str:
    """“3 April”."""
    return say_day(moment, now)


def named(hosts: list[str]) -> str:
    """“a, b and 2 more”; of programs and files nothing is known."""
    known = [host for host in hosts if host]
    if not known:
        return "A program or page that names no site"
    if len(known) > HOSTS_NAMED:
        return f"{', '.join(known[:HOSTS_NAMED])} and {len(known) - HOSTS_NAMED} more"
    return known[0] if len(known) == 1 else f"{', '.join(known[:-1])} and {known[-1]}"


def new_snippet() -> Fix:
    """Where a snippet with a token is."""
    return Fix("Copy the snippet", tab("install"))


def check_a_page() -> Fix:
    """The box that looks at a page."""
    return Fix("Check the page", "#page")
