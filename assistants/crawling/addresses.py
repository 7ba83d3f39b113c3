"""Addresses of pages in one spelling each, and which of them belong to a site. Pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

URL_MOST = 1000
DEFAULT_PORTS = {"http": 80, "https": 443}
SAFE = "/%:@!$&'()*+,;=~-._"
TRACKING = re.compile(r"\A(utm_\w+|gclid|fbclid|msclkid|mc_[ce]id|phpsessid|sid|sessionid)\Z", re.IGNORECASE)
NO_PAGE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|mp[34]|m4[av]|avi|mov|webm|wav|og[gv]|zip|gz|tgz|rar|7z|dmg|exe|"
    r"msi|apk|iso|css|m?js|json|xml|rss|atom|woff2?|ttf|eot|docx?|xlsx?|pptx?|ics|vcf)\Z",
    re.IGNORECASE,
)
"""Ends of paths that lead to no page with text on it."""


def normalise(link: str, base: str = "") -> str:
    """The one spelling of an address, relative ones seen from `base`; empty when it is none of a page."""
    if len(link) > 4 * URL_MOST or not link.isprintable():
        return ""
    try:
        parts = urlsplit(urljoin(base, link.strip()))
        host, port = (parts.hostname or "").rstrip("."), parts.port
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except ValueError:
        return ""
    if parts.scheme not in DEFAULT_PORTS or not host or "@" in parts.netloc:
        return ""
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{shown}:{port}"
    query = urlencode([pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.match(pair[0])])
    url = urlunsplit((parts.scheme, netloc, quote(parts.path or "/", safe=SAFE), query, ""))
    return url if len(url) <= URL_MOST else ""


def site_of(url: str) -> str:
    """The host and port that an address belongs to, with or without a leading www."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return host if parts.port in (None, *DEFAULT_PORTS.values()) else f"{host}:{parts.port}"


def pages_among(links: list[str], *, base: str) -> list[str]:
    """The pages of the same site among a page's links, each once; one that begins with a space is the page's base."""
    site, secure = site_of(base), base.startswith("https:")
    origin = base
    found: dict[str, None] = {}
    for link in links:
        if link.startswith(" "):
            origin = normalise(link, base) or base
            continue
        url = normalise(link, origin)
        if url and site_of(url) == site and not NO_PAGE.search(urlsplit(url).path):
            found[f"https:{url[5:]}" if secure and url.startswith("http:") else url] = None
    return list(found)


def root_of(url: str, path: str) -> str:
    """This path at the address's host."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
