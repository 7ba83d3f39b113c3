"""The tabs that the widget's settings are spread over."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tenants.access import MemberRequest

TABS = {
    "appearance": "Appearance",
    "behaviour": "Behaviour",
    "install": "Install",
    "domains": "Domains",
    "tracking": "Tracking",
    "playground": "Playground",
}
FIRST = "install"


def tab_url(tab: str, query: str = "") -> str:
    """The address of a tab."""
    return f"{reverse('widgets:settings')}?tab={tab}{query}"


def render_tab(request: MemberRequest, tab: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Draw a tab within the settings page."""
    tabs = [{"label": label, "url": tab_url(key), "current": key == tab} for key, label in TABS.items()]
    return render(request, f"widgets/{tab}.html", {"tabs": tabs, **context}, status=status)
