"""The code that a customer pastes into their pages to measure outcomes. Pure: the same choice is the same text.

What it writes has to work in any page, so it names no global of its own, asks before it calls and never throws.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import indent

from tracking.presets import EVENT_NAME, PARAMETERS, PRESETS, STABLE_EVENT, Preset

_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}  # what could end the script element early
DATA_LAYER = {  # what Tag Manager's eight variables read; one event's values must not linger in the next
    **PARAMETERS,
    "autochat_occurred_at": "occurred_at",
    "autochat_conversation_id": "conversation_id",
    "autochat_value": "data.conversion_value",
    "autochat_currency": "data.currency",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What the snippet shall do: tell these places of these outcomes (none named: all of them)."""

    presets: tuple[str, ...]
    outcomes: tuple[str, ...] = ()
    consent: bool = False
    event_name: str = EVENT_NAME


@dataclass(frozen=True, slots=True)
class Template:
    """A snippet without choices."""

    key: str
    label: str
    title: str
    text: str


def templates() -> list[Template]:
    """One for each place, always the same."""
    made = PRESETS.items()
    return [Template(key, preset.label, preset.template, snippet(Choice((key,)))) for key, preset in made]


def snippet(choice: Choice, nonce: str = "") -> str:
    """The lines to paste. `nonce` is for pages whose policy asks for one on inline scripts."""
    allowed = f' nonce="{nonce}"' if nonce else ""
    return f"<script{allowed}>\n{script(choice)}</script>"


def script(choice: Choice) -> str:
    """The same without its element."""
    places = [PRESETS[key] for key in choice.presets]
    lines = [f"// autochat: tells {_and(place.label for place in places)} what a conversation led to", "(() => {"]
    if choice.outcomes:
        lines.append(indent(f"const wanted = {_list(choice.outcomes)};", "  "))
    if choice.consent:
        lines.append(indent(_CONSENT, "  "))
    lines += [indent(_listener(place, choice), "  ") for place in places]
    return "\n".join([*lines, "})();\n"])


def _listener(place: Preset, choice: Choice) -> str:
    """Each place has its own, so that one that fails takes no other along."""
    call = _CALLS[place.key](choice.event_name)
    if choice.consent:
        call = f"whenGranted({_literal(place.consent)}, () => {{\n{indent(call, '  ')}\n}});"
    if choice.outcomes:
        call = f"if (!wanted.includes(detail.event_type)) return;\n{call}"
    return f"window.addEventListener({_literal(STABLE_EVENT)}, ({{ detail }}) => {{\n{indent(call, '  ')}\n}});"


_CONSENT = """\
// Consent Mode v2: what Google's tags know, else what they will read.
const said = {};
let held = [];
const isGranted = (signal) => {
  const entry = window.google_tag_data?.ics?.entries?.[signal];
  const known = entry?.update ?? entry?.default;
  return typeof known === "boolean" ? known : said[signal] === "granted";
};
const look = () => {
  for (const command of window.dataLayer || []) {
    if (command?.[0] !== "consent") continue;
    for (const [signal, state] of Object.entries(command[2] || {})) {
      // A denial by default holds until an update.
      if (command[1] === "update" || said[signal] !== "denied") {
        said[signal] = state;
      }
    }
  }
  const waiting = held;
  held = [];
  for (const one of waiting) {
    if (isGranted(one.signal)) queueMicrotask(one.send);
    else held.push(one);
  }
};
const whenGranted = (signal, send) => {
  held.push({ signal, send });
  look();
};
setInterval(look, 500);"""


def _guarded(there: str, call: str) -> str:
    return f"if ({there}) {{\n{indent(call, '  ')}\n}}"


def _properties(fields: dict[str, str], *, opening: str = "{") -> str:
    lines = "".join(f"  {name}: {_path(path)},\n" for name, path in fields.items())
    return f"{opening}\n{lines}}}"


def _path(path: str) -> str:
    """A field of the detail; what an outcome lacks is null, not missing."""
    first, _, rest = path.partition(".")
    return f"detail.{first}.{rest} ?? null" if rest else f"detail.{first}"


def _gtm(_: str) -> str:
    event = f"{{\n  event: {_literal(STABLE_EVENT)},"
    return (
        f"window.dataLayer = window.dataLayer || [];\nwindow.dataLayer.push({_properties(DATA_LAYER, opening=event)});"
    )


def _ga4(name: str) -> str:
    return _guarded('typeof window.gtag === "function"', f'gtag("event", {_literal(name)}, {_properties(PARAMETERS)});')


def _meta(name: str) -> str:
    call = f'fbq("trackCustom", {_literal(name)}, {_properties(PARAMETERS)}, {{ eventID: detail.event_id }});'
    return _guarded('typeof window.fbq === "function"', call)


def _matomo(name: str) -> str:
    call = f'_paq.push(["trackEvent", {_literal(name)}, detail.event_type, detail.event_id]);'
    return _guarded("window._paq", call)


def _plausible(name: str) -> str:
    call = f"plausible({_literal(name)}, {{ props: {_properties(PARAMETERS)} }});"
    return _guarded('typeof window.plausible === "function"', call)


def _posthog(name: str) -> str:
    call = f"posthog.capture({_literal(name)}, {_properties(PARAMETERS)});"
    return _guarded("window.posthog && posthog.capture", call)


def _segment(name: str) -> str:
    call = f"analytics.track({_literal(name)}, {_properties(PARAMETERS)});"
    return _guarded("window.analytics && analytics.track", call)


def _plain(name: str) -> str:
    return f"// Whatever you do with it goes here.\nconsole.info({_literal(name)}, detail);"


_CALLS = {
    "gtm": _gtm,
    "ga4": _ga4,
    "meta": _meta,
    "matomo": _matomo,
    "plausible": _plausible,
    "posthog": _posthog,
    "segment": _segment,
    "plain": _plain,
}


def _list(values: Iterable[str]) -> str:
    inside = "".join(f"  {_literal(value)},\n" for value in values)
    return f"[\n{inside}]"


def _literal(value: str) -> str:
    """A JavaScript string that is safe inside a script element."""
    return json.dumps(value).translate(_UNSAFE)


def _and(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
