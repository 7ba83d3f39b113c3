"""What is kept of a server's answer: its beginning, with nothing in it that tells of a person or opens a door."""

from __future__ import annotations

from tracking.redaction import redact


def shown(body: bytes) -> str:
    """The beginning of an answer as people may see it; the database takes no NUL."""
    return redact(body.decode(errors="replace").replace("\0", "\ufffd"))
