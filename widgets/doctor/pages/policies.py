"""What a browser refuses under a Content-Security-Policy, and the line that lets the widget in. Pure."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

Directives = dict[str, list[str]]

SCRIPT = ("script-src-elem", "script-src", "default-src")
CONNECT = ("connect-src", "default-src")
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_HOST = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?P<host>\*|(?:\*\.)?[a-z0-9_.-]+|\[[0-9a-f:.]+\])"
    r"(?::(?P<port>\*|[0-9]{1,5}))?(?P<path>/.*)?\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Blocked:
    """Something that a policy keeps out: the directive, what is missing in it, and the directive as it should be."""

    directive: str
    missing: str
    proposal: str


def parse(header: str) -> list[Directives]:
    """The policies of one header, which commas part; of a directive that is named twice the first holds."""
    return [policy for part in header[:16_384].split(",") if (policy := _one(part))]


def _one(text: str) -> Directives:
    policy: Directives = {}
    for directive in text.split(";"):
        words = directive.split()
        if words:
            policy.setdefault(words[0].lower(), words[1:])
    return policy


def governing(policy: Directives, names: Sequence[str]) -> str | None:
    """The directive that decides; None where all is allowed."""
    return next((name for name in names if name in policy), None)


def blocks_url(policy: Directives, names: Sequence[str], url: str, page_url: str, nonce: str = "") -> Blocked | None:
    """Whether this policy keeps out what stands at an address; a script with the policy's nonce is let in by it."""
    name = governing(policy, names)
    if name is None:
        return None
    sources = policy[name]
    if names is SCRIPT and (_has_nonce(sources, nonce) or "'strict-dynamic'" in _folded(sources)):
        # With strict-dynamic only nonces and hashes count: what has one is let in, and what it loads.
        return None if _has_nonce(sources, nonce) else Blocked(name, "'nonce-…'", "")
    target, page = urlsplit(url), urlsplit(page_url)
    if any(_matches(source, target, page) for source in sources):
        return None
    origin = f"{target.scheme}://{target.netloc}"
    return Blocked(name, origin, _with(names, name, sources, origin))


def blocks_inline(policy: Directives, text: str, nonce: str) -> Blocked | None:
    """Whether this policy keeps a script out that stands in the page itself."""
    name = governing(policy, SCRIPT)
    if name is None:
        return None
    sources = policy[name]
    folded = _folded(sources)
    strict = any(source.startswith(("'nonce-", "'sha256-", "'sha384-", "'sha512-")) for source in folded)
    if "'unsafe-inline'" in folded and not strict and "'strict-dynamic'" not in folded:
        return None
    hashes = {f"'{kind}-{_digest(kind, text)}'" for kind in ("sha256", "sha384", "sha512")}
    if _has_nonce(sources, nonce) or hashes & set(sources):
        return None
    ours = f"'sha256-{_digest('sha256', text)}'"
    return Blocked(name, ours, _with(SCRIPT, name, sources, ours))


def _with(names: Sequence[str], name: str, sources: list[str], added: str) -> str:
    """The directive with this source; what only default-src says gets a directive of its own."""
    own = names[-2] if name == "default-src" else name
    kept = [source for source in sources if source.lower() != "'none'"]
    return " ".join([own, *kept, added])


def _folded(sources: list[str]) -> list[str]:
    return [source.lower() for source in sources]


def _has_nonce(sources: list[str], nonce: str) -> bool:
    return bool(nonce) and f"'nonce-{nonce}'" in sources


def _digest(kind: str, text: str) -> str:
    return base64.b64encode(hashlib.new(kind, text.encode()).digest()).decode()


def _matches(source: str, target: SplitResult, page: SplitResult) -> bool:
    if source == "*":
        return target.scheme in ("http", "https") or target.scheme == page.scheme
    if source.lower() == "'self'":
        return target.hostname == page.hostname and _fits_scheme(page.scheme, target) and _port(target) == _port(page)
    if source.endswith(":"):
        return _fits_scheme(source[:-1].lower(), target)
    match = _HOST.match(source)
    if match is None or not _fits_scheme((match["scheme"] or page.scheme).lower(), target):
        return False
    return _fits_host(match["host"].lower(), target) and _fits_port(match["port"], target) and _fits_path(match, target)


def _fits_scheme(scheme: str, target: SplitResult) -> bool:
    """A source for http lets https in, too."""
    return target.scheme == scheme or (scheme == "http" and target.scheme == "https")


def _fits_host(host: str, target: SplitResult) -> bool:
    name = target.hostname or ""
    if host == "*":
        return True
    return name.endswith(host[1:]) if host.startswith("*.") else name == host.strip("[]")


def _fits_port(port: str | None, target: SplitResult) -> bool:
    if port is None:
        return _port(target) == _PORTS.get(target.scheme)
    return port == "*" or int(port) == _port(target)


def _fits_path(match: re.Match[str], target: SplitResult) -> bool:
    path = match["path"]
    if not path or path == "/":
        return True
    return target.path.startswith(path) if path.endswith("/") else target.path == path


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
