"""Times in words, in the active time zone. `static/js/lib/local_time.js` says the same words again as time goes by."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import formats, timezone

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
JUST_NOW = 45  # seconds
WEEK = timedelta(days=6)  # beyond this a weekday's name would be ambiguous


def say_distance(value: datetime, now: datetime) -> str:
    """“3 min ago”, “in 23 days”; a date once it is more than a month away."""
    seconds = (now - value).total_seconds()
    size = abs(seconds)
    if size < JUST_NOW:
        return "just now"
    if size < 59.5 * MINUTE:
        words = f"{round(size / MINUTE) or 1} min"
    elif size < 23.5 * HOUR:
        words = f"{round(size / HOUR)} h"
    elif size < 30.5 * DAY:
        days = round(size / DAY)
        words = f"{days} day" if days == 1 else f"{days} days"
    else:
        return say_day(value, now)
    return f"{words} ago" if seconds > 0 else f"in {words}"


def say_took(milliseconds: int) -> str:
    """How long something took: “320 ms”, from a second on “4.8 s”."""
    return f"{milliseconds} ms" if milliseconds < 1000 else f"{milliseconds / 1000:,.1f} s"


def say_due(value: datetime, now: datetime) -> str:
    """“due in 3 min”, “due in a moment”, and “due now” however long that has been so."""
    seconds = (value - now).total_seconds()
    if seconds <= 0:
        return "due now"
    return "due in a moment" if seconds < JUST_NOW else f"due {say_distance(value, now)}"


def say_clock(value: datetime, now: datetime) -> str:
    """“14:31” for today, “Mon” within the week, “3 Apr” before that."""
    local, today = timezone.localtime(value), timezone.localtime(now)
    if local.date() == today.date():
        return formats.date_format(local, "H:i")
    if timedelta(0) < today.date() - local.date() <= WEEK:
        return formats.date_format(local, "D")
    return formats.date_format(local, "j M" if local.year == today.year else "j M Y")


def say_day(value: datetime, now: datetime) -> str:
    """“3 April”, with the year when it is not this one."""
    local = timezone.localtime(value)
    return formats.date_format(local, "j F" if local.year == timezone.localtime(now).year else "j F Y")


def say_exactly(value: datetime) -> str:
    """“10 April 2027, 14:31:12, Europe/London”: what a tooltip tells."""
    local = timezone.localtime(value)
    return f"{local:%-d %B %Y, %H:%M:%S}, {timezone.get_current_timezone_name()}"
