# ruff: noqa: E501  a drawing is one line, however long
"""The icon set: what is inside each 16 px drawing, stroked with 1.5 px in the colour of the text."""

from __future__ import annotations

TURNING = frozenset({"chevron-left", "chevron-right", "send", "logout", "enter", "undo"})
FILLED = frozenset({"star-filled"})
DOTTED = frozenset({"more", "grain"})

SHAPES: dict[str, str] = {
    # where to go
    "inbox": '<path d="M4.25 2.75h7.5L14.25 9v4.25H1.75V9z"/><path d="M1.75 9H5l1.25 2h3.5L11 9h3.25"/>',
    "people": (
        '<circle cx="6" cy="5.25" r="2.5"/><path d="M1.5 13.25c.25-2.75 2-4.25 4.5-4.25s4.25 1.5 4.5 4.25"/>'
        '<path d="M10.5 3a2.4 2.4 0 0 1 0 4.5M12 9.5c1.5.5 2.35 1.75 2.5 3.75"/>'
    ),
    "person": '<circle cx="8" cy="5" r="2.75"/><path d="M2.75 13.75c.3-3 2.3-4.75 5.25-4.75s4.95 1.75 5.25 4.75"/>',
    "assistant": '<rect x="2.25" y="2.25" width="11.5" height="11.5" rx="3"/><path d="M6 6.75v2.5M10 6.75v2.5"/>',
    "tracking": '<path d="M1.5 8h3l1.75-4.5 3.25 9L11.5 8h3"/>',
    "chart": '<path d="M2.75 13.25v-4M6.25 13.25V5.5M9.75 13.25v-6M13.25 13.25V2.75"/>',
    "settings": '<path d="M1.75 5h6.5M12.25 5h2M1.75 11h2M7.75 11h6.5"/><circle cx="10.25" cy="5" r="2"/><circle cx="5.75" cy="11" r="2"/>',
    "building": '<path d="M3 13.75V2.75h6.5v11M9.5 6.5H13v7.25M1.5 13.75h13"/><path d="M5.5 5.5h1.5M5.5 8h1.5M5.5 10.5h1.5"/>',
    # what to do
    "search": '<circle cx="7" cy="7" r="4.25"/><path d="m10.25 10.25 3.5 3.5"/>',
    "check": '<path d="m3 8.5 3.25 3.25L13 4.75"/>',
    "close": '<path d="m4 4 8 8M12 4l-8 8"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "minus": '<path d="M3 8h10"/>',
    "chevron-down": '<path d="M4 6.25 8 10l4-3.75"/>',
    "chevron-left": '<path d="M9.75 4 6 8l3.75 4"/>',
    "chevron-right": '<path d="M6.25 4 10 8l-3.75 4"/>',
    "more": '<path d="M3.25 8h.01M8 8h.01M12.75 8h.01"/>',
    "send": '<path d="M14 2.25 1.75 6.75l4.75 2.5L9 14zM14 2.25 6.5 9.25"/>',
    "copy": '<rect x="5.5" y="5.5" width="8.25" height="8.25" rx="1.5"/><path d="M10.5 5.25v-1.5a1.5 1.5 0 0 0-1.5-1.5H3.75a1.5 1.5 0 0 0-1.5 1.5V9a1.5 1.5 0 0 0 1.5 1.5h1.5"/>',
    "undo": '<path d="M5.75 3 2.5 6.25 5.75 9.5"/><path d="M2.75 6.25h6.5a3.6 3.6 0 0 1 0 7.25h-3"/>',
    "refresh": '<path d="M13.25 8A5.25 5.25 0 1 1 11.5 4.1M13.25 1.9v2.85H10.4"/>',
    "download": '<path d="M8 2.25v7.5M4.75 6.75 8 10l3.25-3.25M2.5 13.5h11"/>',
    "external": '<path d="M9.25 2.5h4.25v4.25M13.25 2.75 7.25 8.75"/><path d="M11.75 9.25v4.25h-9.25V4.25h4.25"/>',
    "edit": '<path d="m10.5 2.75 2.75 2.75-7.75 7.75-3.25.5.5-3.25z"/>',
    "trash": '<path d="M2.5 4.25h11M6 4V2.25h4V4M4 4.25l.6 9.5h6.8l.6-9.5"/>',
    "filter": '<path d="M1.75 4h12.5M4.25 8h7.5M6.75 12h2.5"/>',
    "enter": '<path d="M13.25 3.5v5h-10M6.25 5.5l-3 3 3 3"/>',
    "pause": '<path d="M5.5 3.5v9M10.5 3.5v9"/>',
    "play": '<path d="M4.5 2.75 13 8l-8.5 5.25z"/>',
    "logout": '<path d="M6.25 2.5H2.75v11h3.5M6.5 8h7.25M10.75 5l3 3-3 3"/>',
    "snooze": '<circle cx="8" cy="8.75" r="5"/><path d="M8 6v3l1.75 1.25M2 3.75l2-1.75M14 3.75 12 2"/>',
    "route": '<circle cx="3.5" cy="12.5" r="1.75"/><circle cx="12.5" cy="3.5" r="1.75"/><path d="M5.25 12.5h4.5a2.25 2.25 0 0 0 0-4.5h-3.5a2.25 2.25 0 0 1 0-4.5h4.5"/>',
    # what it is
    "clock": '<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.5 1.5"/>',
    "flag": '<path d="M3.5 14V2.25M3.5 3h9l-2.25 3 2.25 3h-9"/>',
    "shield": '<path d="M8 1.75 13.25 3.6V8c0 3-2.1 5.2-5.25 6.25C4.85 13.2 2.75 11 2.75 8V3.6z"/>',
    "eye": '<path d="M1.5 8C2.9 5.25 5.2 3.75 8 3.75S13.1 5.25 14.5 8c-1.4 2.75-3.7 4.25-6.5 4.25S2.9 10.75 1.5 8z"/><circle cx="8" cy="8" r="2"/>',
    "book": '<path d="M8 4C6.5 2.9 4.5 2.5 1.75 2.75v9.75C4.5 12.25 6.5 12.65 8 13.75c1.5-1.1 3.5-1.5 6.25-1.25V2.75C11.5 2.5 9.5 2.9 8 4zM8 4v9.5"/>',
    "tag": '<path d="M2.25 2.25h5.5l6 6-5.5 5.5-6-6z"/><path d="M5.25 5.25h.01"/>',
    "note": '<path d="M2.75 2.75h10.5v6.5l-4 4h-6.5zM9.25 13v-3.75H13"/>',
    "page": '<path d="M3.75 1.75h5.5l3 3v9.5h-8.5zM9 2v3h3"/>',
    "globe": '<circle cx="8" cy="8" r="6"/><path d="M2 8h12M8 2c1.75 1.7 2.6 3.7 2.6 6S9.75 12.3 8 14c-1.75-1.7-2.6-3.7-2.6-6S6.25 3.7 8 2z"/>',
    "clip": '<path d="m13.25 7.5-5.5 5.5a3.4 3.4 0 0 1-4.8-4.8l5.75-5.75a2.25 2.25 0 0 1 3.2 3.2l-5.6 5.6a1.1 1.1 0 0 1-1.6-1.6L9.75 4.6"/>',
    "bolt": '<path d="M9 1.75 3.25 9H8l-1 5.25L12.75 7H8z"/>',
    "key": '<circle cx="5.25" cy="10.75" r="3"/><path d="m7.5 8.5 6-6M11 5l2 2"/>',
    "help": '<circle cx="8" cy="8" r="6"/><path d="M6.25 6.25a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.85.65-.85 1.4M8 11.4v.01"/>',
    "chat": '<path d="M2.25 2.75h11.5v8.5H8L4.75 14v-2.75h-2.5z"/>',
    "code": '<path d="M5.25 4.25 1.5 8l3.75 3.75M10.75 4.25 14.5 8l-3.75 3.75"/>',
    "star": '<path d="m8 1.9 1.85 3.85 4.2.55-3.1 2.9.8 4.2L8 11.35 4.25 13.4l.8-4.2-3.1-2.9 4.2-.55z"/>',
    "star-filled": '<path d="m8 1.9 1.85 3.85 4.2.55-3.1 2.9.8 4.2L8 11.35 4.25 13.4l.8-4.2-3.1-2.9 4.2-.55z"/>',
    "card": '<rect x="1.75" y="3.25" width="12.5" height="9.5" rx="1.5"/><path d="M1.75 6.5h12.5M4.25 10h2.5"/>',
    "mail": '<rect x="1.75" y="3.25" width="12.5" height="9.5" rx="1.5"/><path d="M2.25 4.5 8 9l5.75-4.5"/>',
    "panel": '<rect x="1.75" y="2.75" width="12.5" height="10.5" rx="1.5"/><path d="M10 2.75v10.5"/>',
    "lock": '<rect x="3" y="7" width="10" height="6.75" rx="1.5"/><path d="M5.25 7V5a2.75 2.75 0 0 1 5.5 0v2"/>',
    "sun": '<circle cx="8" cy="8" r="2.75"/><path d="M8 1.5v1.25M8 13.25v1.25M1.5 8h1.25M13.25 8h1.25M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9"/>',
    "moon": '<path d="M13.5 9.75A5.9 5.9 0 0 1 6.25 2.5a5.9 5.9 0 1 0 7.25 7.25z"/>',
    "monitor": '<rect x="1.75" y="2.5" width="12.5" height="8.5" rx="1.5"/><path d="M8 11v2.75M5 13.75h6"/>',
    "bell": '<path d="M3.5 11.25c.75-1 1-2 1-4a3.5 3.5 0 0 1 7 0c0 2 .25 3 1 4zM6.75 13.5c.7.65 1.8.65 2.5 0"/>',
    "link": '<path d="M6.75 9.25 9.25 6.75M7.25 4.5 9 2.75a3 3 0 0 1 4.25 4.25L11.5 8.75M8.75 11.5 7 13.25A3 3 0 0 1 2.75 9L4.5 7.25"/>',
    "spark": '<path d="M8 2c.6 3.6 2.4 5.4 6 6-3.6.6-5.4 2.4-6 6-.6-3.6-2.4-5.4-6-6 3.6-.6 5.4-2.4 6-6z"/>',
    "grain": '<path d="M4 4h.01M8 4h.01M12 4h.01M4 8h.01M8 8h.01M12 8h.01M4 12h.01M8 12h.01M12 12h.01"/>',
    # how it went
    "ok": '<circle cx="8" cy="8" r="6"/><path d="m5.4 8.25 1.85 1.85 3.4-3.85"/>',
    "info": '<circle cx="8" cy="8" r="6"/><path d="M8 7.25v3.5M8 5v.01"/>',
    "warning": '<path d="M8 2.25 14.5 13.5h-13zM8 6.5v3.25M8 11.6v.01"/>',
    "fail": '<circle cx="8" cy="8" r="6"/><path d="m6 6 4 4M10 6l-4 4"/>',
}
