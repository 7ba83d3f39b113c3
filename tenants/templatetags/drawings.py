"""Small things that are drawn many times on a page: icons, avatars, numbers. Strings, so a long list stays quick."""

from __future__ import annotations

import re
import zlib

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tenants.templatetags.icon_shapes import DOTTED, FILLED, SHAPES, TURNING

HUES = 6


def icon(name: str, size: int = 16, label: str = "", css: str = "") -> SafeString:
    """One drawing of the set; for the eye alone unless it gets a label."""
    marks = [f"is-{size}"] if size != 16 else []
    marks += [
        mark for mark, names in (("is-turning", TURNING), ("is-dotted", DOTTED), ("is-filled", FILLED)) if name in names
    ]
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


def avatar(name: object = "", kind: str = "person", size: int = 32) -> SafeString:
    """A circle for a person, a square for a machine, a dashed circle for nobody yet."""
    text = str(name or "").strip()
    initials = _initials(text) if kind == "person" else ""
    marks = ["avatar"] + ([f"is-{size}"] if size != 32 else [])
    if kind == "machine":
        return format_html(
            '<span class="{} is-machine" aria-hidden="true">{}</span>', " ".join(marks), icon("assistant")
        )
    if kind == "nobody":
        return format_html('<span class="{} is-nobody" aria-hidden="true"></span>', " ".join(marks))
    if not initials:
        return format_html('<span class="{} is-unnamed" aria-hidden="true">{}</span>', " ".join(marks), icon("person"))
    hue = zlib.crc32(text.casefold().encode()) % HUES + 1
    # The stylesheet draws the letters: as text they would be read out and copied beside the name they stand for.
    return format_html(
        '<span class="{} is-hue-{}" data-initials="{}" aria-hidden="true"></span>', " ".join(marks), hue, initials
    )


def holder(kind: str, text: str) -> SafeString:
    """Who has the conversation, as a glyph that needs no colour, and words."""
    return format_html('<span class="holder"><i class="glyph is-{}" aria-hidden="true"></i>{}</span>', kind, text)


def count(number: int | None, kind: str = "hot") -> SafeString:
    """A little number; nothing at all when there is nothing to count."""
    if not number:
        return SafeString("")
    return format_html(
        '<span class="count{}">{}</span>', f" is-{kind}" if kind else "", number if number < 100 else "99+"
    )
