"""The parts that every page is made of, as template tags; each draws one file of `templates/parts/`."""

from __future__ import annotations

import re
import zlib
from datetime import datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, Form, RadioSelect
from django.template.base import Node, Parser, TemplateSyntaxError, Token
from django.template.context import Context
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tenants.templatetags import moments
from tenants.templatetags.icon_shapes import DOTTED, FILLED, SHAPES, TURNING

register = template.Library()

HUES = 6
NEARLY_FULL = 0.8  # of a limit: from here on a meter warns
BANNER_ICONS = {"info": "info", "good": "ok", "warn": "warning", "bad": "fail", "gate": "key"}


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "", css: str = "") -> SafeString:
    """One drawing of the set; for the eye alone unless it gets a label."""
    marks = [f"is-{size}"] if size != 16 else []
    marks += [mark for mark, names in (("is-turning", TURNING), ("is-dotted", DOTTED), ("is-filled", FILLED)) if name in names]
    hearing = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" viewBox="0 0 16 16" {}>{}</svg>',
        " ".join(["icon", *marks, *css.split()]),
        hearing,
        mark_safe(SHAPES[name]),  # noqa: S308 - our own constants
    )


def _initials(name: str) -> str:
    words = re.findall(r"\w+", name.partition("@")[0])
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else ""


@register.simple_tag
def avatar(name: object = "", kind: str = "person", size: int = 32) -> SafeString:
    """A circle for a person, a square for a machine, a dashed circle for nobody yet."""
    text = str(name or "").strip()
    initials = _initials(text) if kind == "person" else ""
    marks = ["avatar"] + ([f"is-{size}"] if size != 32 else [])
    if kind == "machine":
        return format_html('<span class="{} is-machine" aria-hidden="true">{}</span>', " ".join(marks), icon("assistant"))
    if kind == "nobody":
        return format_html('<span class="{} is-nobody" aria-hidden="true"></span>', " ".join(marks))
    if not initials:
        return format_html('<span class="{} is-unnamed" aria-hidden="true">{}</span>', " ".join(marks), icon("person"))
    hue = zlib.crc32(text.casefold().encode()) % HUES + 1
    return format_html('<span class="{} is-hue-{}" aria-hidden="true">{}</span>', " ".join(marks), hue, initials)


@register.simple_tag
def holder(kind: str, text: str) -> SafeString:
    """Who has the conversation, as a glyph that needs no colour, and words."""
    return format_html('<span class="holder"><i class="glyph is-{}" aria-hidden="true"></i>{}</span>', kind, text)


@register.simple_tag
def count(number: int | None, kind: str = "hot") -> SafeString:
    """A little number; nothing at all when there is nothing to count."""
    if not number:
        return SafeString("")
    return format_html('<span class="count{}">{}</span>', f" is-{kind}" if kind else "", number if number < 100 else "99+")


def _time(value: datetime, words: str, mark: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>', value.isoformat(timespec="seconds"), moments.say_exactly(value), mark_safe(mark), words  # noqa: S308
    )


@register.simple_tag
def ago(value: datetime | None, never: str = "never") -> SafeString:
    """How long ago, or in how long; the exact time in the tooltip."""
    return _time(value, moments.say_distance(value, timezone.now()), " data-ago") if value else format_html("{}", never)


@register.simple_tag
def clock(value: datetime | None) -> SafeString:
    """The time of day for today, else the day: for rows and messages."""
    return _time(value, moments.say_clock(value, timezone.now()), " data-clock") if value else SafeString("")


@register.simple_tag
def day(value: datetime | None, never: str = "never") -> SafeString:
    """The date, without the year when it is this one."""
    return _time(value, moments.say_day(value, timezone.now()), "") if value else format_html("{}", never)


def _control(bound: BoundField, look: str, attrs: dict[str, Any]) -> SafeString:
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput) and look == "switch":
        attrs["class"] = "switch"
    elif not isinstance(widget, CheckboxInput | RadioSelect | CheckboxSelectMultiple):
        attrs["class"] = f"input {'mono' if look == 'mono' else ''} {widget.attrs.get('class', '')}".strip()
    return bound.as_widget(attrs={key: value for key, value in attrs.items() if value})


def _kind(bound: BoundField, look: str) -> str:
    widget = bound.field.widget
    if isinstance(widget, CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, RadioSelect):
        return "segmented" if look == "seg" else "choices"
    if isinstance(widget, CheckboxInput):
        return "switch" if look == "switch" else "check"
    return "text"


@register.simple_tag
def field(
    bound: BoundField,
    label: str = "",
    help: str = "",  # noqa: A002 - the word a template's author looks for
    look: str = "",
    mono: bool = False,
    aside_url: str = "",
    aside_text: str = "",
    **attrs: Any,
) -> SafeString:
    """A form's field, whole: label, control, help, and what is wrong with it. Other words become attributes."""
    kind = _kind(bound, look)
    about = " ".join(f"{bound.auto_id}_{part}" for part, there in (("help", help or bound.help_text), ("error", bound.errors)) if there)
    attrs |= {"aria-describedby": about, "aria-invalid": "true" if bound.errors else None}
    control = "" if kind in ("choices", "segmented") else _control(bound, "mono" if mono else look, attrs)
    return render_to_string(
        f"parts/field_{kind}.html",
        {
            "bound": bound,
            "control": control,
            "label": label or bound.label,
            "help": help or bound.help_text,
            "aside_url": aside_url,
            "aside_text": aside_text,
            "optional": kind == "text" and not bound.field.required and not bound.field.disabled,
        },
    )


@register.simple_tag
def form_errors(form: Form) -> SafeString:
    """What is wrong with a form as a whole."""
    return render_to_string("parts/form_errors.html", {"errors": form.non_field_errors()})


@register.simple_tag
def code(text: str, title: str = "", id: str = "", copy: str = "Copy", primary: bool = False, wrap: bool = False) -> SafeString:  # noqa: A002
    """Text to copy somewhere else, with the button that does."""
    name = id or f"code-{zlib.crc32(text.encode()):x}"
    return render_to_string("parts/code.html", {"text": text, "title": title, "id": name, "copy": copy, "primary": primary, "wrap": wrap})


@register.simple_tag
def meter(value: float, limit: float, words: str) -> SafeString:
    """How much of a limit is used."""
    share = value / limit if limit else 1.0
    state = "bad" if share >= 1 else "warn" if share >= NEARLY_FULL else ""
    return render_to_string("parts/meter.html", {"percent": min(100, round(share * 100)), "state": state, "words": words})


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
def banner(content: str, kind: str, title: str) -> SafeString:
    """What happened, since when, what follows."""
    return render_to_string("parts/banner.html", {"content": content, "kind": kind, "title": title, "icon_name": BANNER_ICONS[kind]})


@register.simple_block_tag
def dialog(content: str, id: str, title: str, wide: bool = False) -> SafeString:  # noqa: A002
    """A question in front of the page; opened by `data-dialog-open`."""
    return render_to_string("parts/dialog.html", {"content": content, "id": id, "title": title, "wide": wide})


@register.simple_block_tag
def empty(content: str, title: str, text: str, art: str = "both") -> SafeString:
    """Nothing here yet: what it is for and the first action."""
    return render_to_string("parts/empty.html", {"content": content, "title": title, "text": text, "art": art})


@register.inclusion_tag("parts/nav_link.html", takes_context=True)
def nav_link(context: Context, view: str, label: str, drawing: str = "", at_least: str = "", **options: Any) -> dict[str, Any]:
    """A link of a menu: absent while its page does not exist or is not for this person.

    `apps` names the apps whose pages count as being there; `key` is the letter after “g”; `number` is shown at the end.
    """
    request = context["request"]
    membership = getattr(request, "membership", None)
    allowed = not at_least or (membership is not None and membership.is_at_least(at_least))
    try:
        url = reverse(view) if allowed else ""
    except NoReverseMatch:
        url = ""
    match = request.resolver_match
    apps = options.get("apps", "").split()
    here = bool(url and match) and (match.view_name == view or bool(match.app_names and match.app_names[-1] in apps))
    within = bool(url) and not apps and url != "/" and request.path.startswith(url)
    return {"url": url, "label": label, "drawing": drawing, "current": here or within, **options}


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
