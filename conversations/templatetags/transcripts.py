"""What transcripts say in a way of their own: times beside day lines, and links that strangers sent."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from conversations.markdown import to_html
from tenants.templatetags import moments

register = template.Library()


@register.simple_tag
def time_of_day(value: datetime) -> SafeString:
    """“14:31”, whatever the day: a line above says which."""
    return _time(value, f"{timezone.localtime(value):%H:%M}")


@register.simple_tag
def day_and_time(value: datetime) -> SafeString:
    """“14:31” for today, else “3 April, 14:31”."""
    now, local = timezone.now(), timezone.localtime(value)
    of_day = f"{local:%H:%M}"
    same = local.date() == timezone.localtime(now).date()
    return _time(value, of_day if same else f"{moments.say_day(value, now)}, {of_day}")


def _time(value: datetime, words: str) -> SafeString:
    exact = moments.say_exactly(value)
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(timespec="seconds"), exact, words)


@register.filter
def markdown(text: str) -> SafeString:
    """What a model wrote, drawn."""
    return to_html(text)


@register.filter
def web_address(url: str) -> str:
    """The address if following it is harmless, else nothing: visitors and models may send any."""
    try:
        return url if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""
