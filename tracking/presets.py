"""The preset registry: the places that measure, and what a snippet for each of them needs. Pure.

The page of the snippet builder is drawn with these as its built-in defaults and asks `GET /api/tracking/presets` for
them anew; whatever that answer is worth, what the page falls back on is the same every time.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

VERSION = 1  # of the registry's shape: a page that knows another one keeps to its own defaults
EVENT_NAME = "chat_widget_tracking"
TRIED = "autochat.lead_qualified.v1"  # the outcome of a test, where nothing else is asked for
STABLE_EVENT = "autochat.widget_tracking.v1"
ANALYTICS, ADS = "analytics_storage", "ad_storage"  # what Consent Mode v2 calls its signals

# What every place is told of an outcome, and under which name (contract §6).
PARAMETERS = {
    "autochat_event_type": "event_type",
    "autochat_event_id": "event_id",
    "autochat_trigger_source": "trigger_source",
    "autochat_scope": "scope",
}


@dataclass(frozen=True, slots=True)
class Preset:
    """One place that measures."""

    key: str
    label: str
    paste: str  # where in the page the snippet belongs
    calls: str  # what has to be there on the page
    consent: str  # the signal of Consent Mode v2 that allows it
    template: str  # what its static template is, in one line
    fixed_name: str = ""  # an event name that can't be chosen


_ALL = (
    Preset(
        "gtm",
        "Tag Manager",
        "before the Tag Manager snippet or after it",
        "dataLayer",
        ANALYTICS,
        "Tag Manager: every outcome as a data layer event",
        STABLE_EVENT,
    ),
    Preset("ga4", "GA4", "after the gtag snippet", "gtag", ANALYTICS, "GA4: one event for every outcome"),
    Preset(
        "meta",
        "Meta Pixel",
        "after the pixel’s base code",
        "fbq",
        ADS,
        "Meta Pixel: custom event, deduplicated by event id",
    ),
    Preset("matomo", "Matomo", "after the Matomo snippet", "_paq", ANALYTICS, "Matomo: category, action and name"),
    Preset(
        "plausible",
        "Plausible",
        "after the Plausible snippet",
        "plausible",
        ANALYTICS,
        "Plausible: custom event with properties",
    ),
    Preset(
        "posthog",
        "PostHog",
        "after the PostHog snippet",
        "posthog",
        ANALYTICS,
        "PostHog: captured event with properties",
    ),
    Preset(
        "segment", "Segment", "after the Segment snippet", "analytics", ANALYTICS, "Segment: track call with properties"
    ),
    Preset("plain", "Plain", "anywhere in the page", "", ANALYTICS, "Plain listener, for anything else"),
)
PRESETS = {preset.key: preset for preset in _ALL}


def registry() -> dict[str, Any]:
    """What the API answers and what the page is drawn with."""
    return {
        "version": VERSION,
        "event_name": EVENT_NAME,
        "stable_event": STABLE_EVENT,
        "parameters": PARAMETERS,
        "presets": [asdict(preset) for preset in _ALL],
    }
