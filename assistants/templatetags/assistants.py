"""What templates say about how a reply came about."""

from __future__ import annotations

from typing import Any

from django import template

from assistants.trials import Trace

register = template.Library()

VERDICTS = {"sent": "Sent", "held": "Held", "blocked": "Blocked", "people": "Your team", "failed": "No reply"}
DONE = {
    "let_through": "",
    "hand_over": "Your team takes over.",
    "serious": "Your team takes over.",
    "hold": "Held for review.",
    "block": "Never sent.",
}


@register.simple_tag
def verdict_words(trace: Trace) -> str:
    """What became of the reply, in a word or two."""
    return VERDICTS[trace.verdict]


@register.simple_tag
def route_words(route: dict[str, Any]) -> str:
    """Who answers, and why."""
    who = route["name"] or "Your team"
    if route["by"] == "rule":
        return f"{who}, by the rule “{route['rule']}”, priority {route['priority']}"
    why = {
        "asked_for": "asked for by name",
        "speaks_already": "speaks in this conversation already",
        "star": "no rule fits, and it has the star",
        "passed_on": "the visitor is passed on",
    }
    return f"{who}, {why[route['by']]}"


@register.simple_tag
def safety_words(trace: Trace) -> str:
    """What the rules found on either side, and what is done about it."""
    parts = [
        _found("The visitor’s message", trace.asked, trace.asked_action),
        _found("The reply", trace.said, trace.said_action),
    ]
    return " ".join(part for part in parts if part) or "Nothing found."


@register.filter
def dollars(micros: int) -> str:
    """Millionths of a dollar, as exact as they are small."""
    amount = micros / 1_000_000
    return f"${amount:.2f}" if amount >= 1 or not micros else f"${amount:.4f}"


def _found(side: str, facts: tuple[dict[str, Any], ...], action: str) -> str:
    if facts:
        named = "; ".join(f"“{fact['text'][:60]}” ({fact['label'].lower()})" for fact in facts)
        return f"{side}: {named}. {DONE.get(action, '') or 'Let through.'}"
    return f"{side}: {DONE[action].lower()}" if DONE.get(action) else ""
