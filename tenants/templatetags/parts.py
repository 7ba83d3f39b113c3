"""The parts that every page is made of, as template tags; each draws one file of `templates/parts/`."""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest
from django.template import TemplateSyntaxError
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tenants.templatetags import drawings, fields, moments

register = template.Library()

NEARLY_FULL = 0.8  # of a limit: from here on a meter warns
BANNER_ICONS = {"info": "info", "good": "ok", "warn": "warning", "bad": "fail", "gate": "key"}


register.simple_tag(drawings.icon)
register.simple_tag(drawings.avatar)
register.simple_tag(drawings.holder)
register.simple_tag(drawings.count)


def _time(value: datetime, words: str, mark: SafeString) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        value.isoformat(timespec="seconds"),
        moments.say_exactly(value),
        mark,
        words,
    )


@register.simple_tag
def ago(value: datetime | None, never: str = "never") -> SafeString:
    """How long ago, or in how long; the exact time in the tooltip."""
    return (
        _time(value, moments.say_distance(value, timezone.now()), SafeString(" data-ago"))
        if value
        else format_html("{}", never)
    )


@register.simple_tag
def due(value: datetime) -> SafeString:
    """In how long something is due, or that it is."""
    return _time(value, moments.say_due(value, timezone.now()), SafeString(" data-due"))


@register.simple_tag
def clock(value: datetime | None) -> SafeString:
    """The time of day for today, else the day: for rows and messages."""
    return (
        _time(value, moments.say_clock(value, timezone.now()), SafeString(" data-clock")) if value else SafeString("")
    )


@register.simple_tag
def day(value: datetime | None, never: str = "never") -> SafeString:
    """The date, without the year when it is this one."""
    return _time(value, moments.say_day(value, timezone.now()), SafeString("")) if value else format_html("{}", never)


@register.filter
def took(milliseconds: int) -> str:
    """How long something took, on one line."""
    return moments.say_took(milliseconds).replace(" ", "\N{NO-BREAK SPACE}")


register.simple_tag(fields.field)
register.simple_tag(fields.form_errors)


@register.simple_tag
def code(
    text: str,
    title: str = "",
    *,
    id: str = "",  # noqa: A002 - the attribute's own name
    copy: str = "Copy",
    primary: bool = False,
    wrap: bool = False,
) -> SafeString:
    """Text to copy somewhere else, with the button that does."""
    name = id or f"code-{zlib.crc32(text.encode()):x}"
    return render_to_string(
        "parts/code.html", {"text": text, "title": title, "id": name, "copy": copy, "primary": primary, "wrap": wrap}
    )


@register.simple_tag
def meter(value: float, limit: float, words: str) -> SafeString:
    """How much of a limit is used."""
    share = value / limit if limit else 1.0
    state = "bad" if share >= 1 else "warn" if share >= NEARLY_FULL else ""
    return render_to_string(
        "parts/meter.html", {"percent": min(100, round(share * 100)), "state": state, "words": words}
    )


@register.simple_tag(takes_context=True)
def pager(context: Context, page: Page[Any], param: str = "page") -> SafeString:
    """Where in a long list this is, and links to the parts before and after it."""

    def link(number: int) -> str:
        query = context["request"].GET.copy()
        query[param] = str(number)
        return f"?{query.urlencode()}"

    return render_to_string(
        "parts/pager.html",
        {
            "page": page,
            "newer": link(page.previous_page_number()) if page.has_previous() else "",
            "older": link(page.next_page_number()) if page.has_next() else "",
        },
    )


@register.simple_block_tag
def section(content: str, title: str, note: str = "", id: str = "") -> SafeString:  # noqa: A002
    """A heading, one soft sentence, and what they introduce."""
    return render_to_string("parts/section.html", {"content": content, "title": title, "note": note, "id": id})


@register.simple_block_tag
def card(content: str, title: str = "", note: str = "", flush: bool = False) -> SafeString:
    """One thing on its own ground; `flush` lets rows and tables touch its edge."""
    return render_to_string("parts/card.html", {"content": content, "title": title, "note": note, "flush": flush})


@register.simple_block_tag
def banner(content: str, kind: str, title: str, act_url: str = "", act_text: str = "") -> SafeString:
    """What happened, since when, what follows, and one thing to do."""
    words = {"content": content, "title": title, "act_url": act_url, "act_text": act_text}
    return render_to_string("parts/banner.html", words | {"kind": kind, "icon_name": BANNER_ICONS[kind]})


@register.simple_block_tag
def dialog(content: str, id: str, title: str, wide: bool = False) -> SafeString:  # noqa: A002
    """A question in front of the page; opened by `data-dialog-open`."""
    return render_to_string("parts/dialog.html", {"content": content, "id": id, "title": title, "wide": wide})


@register.simple_block_tag
def empty(content: str, title: str, text: str, art: str = "both") -> SafeString:
    """Nothing here yet: what it is for and the first action."""
    return render_to_string("parts/empty.html", {"content": content, "title": title, "text": text, "art": art})


def _is_there(request: HttpRequest, url: str, apps: list[str]) -> bool:
    match = request.resolver_match
    if apps:
        return bool(match and match.app_names and match.app_names[-1] in apps)
    return request.path == url or request.path.startswith(f"{url.rstrip('/')}/")


@register.inclusion_tag("parts/nav_link.html", takes_context=True)
def nav_link(
    context: Context, view: str, label: str, drawing: str = "", at_least: str = "", **options: Any
) -> dict[str, Any]:
    """A link of a menu: absent while its page does not exist or is not for this person.

    `apps` names the apps whose pages count as being there; `key` is the letter after “g”; `number` is shown at the end.
    `tab` makes it a link to one tab of the page; `but_tab` leaves being there to that tab's own link.
    """
    request = context["request"]
    membership = getattr(request, "membership", None)
    allowed = not at_least or (membership is not None and membership.is_at_least(at_least))
    try:
        url = reverse(view) if allowed else ""
    except NoReverseMatch:
        url = ""
    current = bool(url) and _is_there(request, url, options.get("apps", "").split())
    tab, shown = options.get("tab"), request.GET.get("tab", "")
    if tab:
        url, current = url and f"{url}?tab={tab}", current and shown == tab
    elif shown and shown == options.get("but_tab"):
        current = current and request.path != reverse(view)
    return {"url": url, "label": label, "drawing": drawing, "current": current, **options}


class AgainNode(Node):
    """Renders a block where it stands a second time."""

    def __init__(self, name: str) -> None:
        self.name = name

    def render(self, context: Context) -> SafeString:
        """Render the innermost version of the block, as `{% block %}` itself would."""
        block = context.render_context[BLOCK_CONTEXT_KEY].get_block(self.name)
        return SafeString(block.render(context) if block else "")


@register.tag
def again(parser: Parser, token: Token) -> AgainNode:
    """`{% again "title" %}`: the page's title is both the window's and the heading's."""
    bits = token.split_contents()
    if len(bits) != 2:
        raise TemplateSyntaxError("again takes the name of one block")
    return AgainNode(bits[1].strip("'\""))
