"""Striking secrets out of texts, by how they look: for log lines and error rows, and for what the audit log keeps."""

from __future__ import annotations

import re

_SECRETS = re.compile(
    r"""
    (?:Bearer\s+)[\w.~+/=-]{8,}            # bearer tokens in headers
    | \beyJ[\w-]{5,}\.[\w-]+\.[\w-]*       # JSON web tokens anywhere
    | \bsk-[\w-]{8,}                       # provider keys
    | \bac_[0-9A-Za-z]{16,}                # API tokens
    | \bwhsec_[\w+/=-]{8,}                 # webhook secrets
    | (?<=://)[^/\s:@]*:[^/\s@]+(?=@)      # passwords in URLs
    """,
    re.VERBOSE,
)


def redact(text: str) -> str:
    """The text with tokens, keys and passwords struck out."""
    return _SECRETS.sub("[redacted]", text)
