"""Which sites a widget may stand on: entries of the allowlist, and whether an origin matches one. Pure."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import idna

DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_HOST = 253  # characters, RFC 1035
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


class DomainInvalid(ValueError):
    """An entry that can't name a site; the message says what to write instead."""


class Site(NamedTuple):
    """A host as browsers spell it, and the port that was meant (None: any)."""

    host: str
    port: int | None


def normalise(entry: str) -> str:
    """Bring what somebody typed or pasted into the form that is kept: `www.acme.com`, `*.acme.com:8443`."""
    text = entry.strip()
    if not text:
        raise DomainInvalid("Write a domain, such as www.acme.com.")
    if text.strip("*.") == "":
        raise DomainInvalid("An empty list already allows every site. Write a domain, such as www.acme.com.")
    host, port = _split_entry(text)
    wildcard = host.startswith("*.")
    host = _clean_host(host.removeprefix("*."))
    if wildcard and _is_address(host):
        raise DomainInvalid("An address has no subdomains. Write it without *.")
    if wildcard and "." not in host and host != "localhost":
        raise DomainInvalid(f"*.{host} would allow every site under .{host}. Write your own, such as *.acme.{host}.")
    return ("*." if wildcard else "") + host + (f":{port}" if port is not None else "")


def is_allowed(entries: Iterable[str], origin: str | None) -> bool:
    """Whether the origin (or a referring page's address) is one of the sites listed."""
    site = site_of(origin)
    return site is not None and any(_matches(entry, site) for entry in entries)


def site_of(origin: str | None) -> Site | None:
    """Host and port of an `Origin` or `Referer` header; None for `null`, a missing and an unreadable one."""
    if not origin or len(origin) > 4096:
        return None
    try:
        parts = urlsplit(origin)
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
            return None
        return Site(_clean_host(_bracketed(parts)), parts.port or DEFAULT_PORTS[parts.scheme])
    except ValueError:
        return None


def _matches(entry: str, site: Site) -> bool:
    host, port = _split_port(entry)
    if port is not None and port != site.port:
        return False
    if host.startswith("*."):
        return site.host.endswith(host[1:])
    return site.host == host


def _split_entry(text: str) -> tuple[str, int | None]:
    """Host and port of an entry; of a pasted address only these are kept."""
    if "://" in text:
        parts = _split_url(text)
        return _bracketed(parts), parts.port
    bare = re.split(r"[/?#]", text, maxsplit=1)[0].rpartition("@")[2]
    if bare.count(":") > 1 and not bare.startswith("["):
        bare = f"[{bare}]"
    return _split_port(bare)


def _split_url(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname or (parts.port is not None and parts.port < 1):
            raise DomainInvalid("Write a domain or a web address, such as https://www.acme.com.")
    except ValueError as error:
        raise DomainInvalid("This address can't be read. Write a domain, such as www.acme.com.") from error
    return parts


def _bracketed(parts: SplitResult) -> str:
    host = parts.hostname or ""
    return f"[{host}]" if ":" in host else host


def _split_port(text: str) -> tuple[str, int | None]:
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        return text, None
    if not re.fullmatch(r"[0-9]{1,5}", port) or not 0 < int(port) < 65536:
        raise DomainInvalid(f"“{port}” is no port. Ports go from 1 to 65535; leave it out to allow any.")
    return host, int(port)


def _is_address(host: str) -> bool:
    return host.startswith("[") or re.fullmatch(r"[0-9.]+", host) is not None


def _clean_host(host: str) -> str:
    """Lower case, punycode, no trailing dot; IPv6 in its short form."""
    if host.startswith("["):
        return _clean_ipv6(host)
    host = host.lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode()
        except idna.IDNAError as error:
            raise DomainInvalid(f"“{host}” is no domain. Write it as in the browser’s address bar.") from error
    host = host.removesuffix(".")
    if "*" in host:
        raise DomainInvalid("A * may only stand first, for all subdomains: *.acme.com.")
    if len(host) > MAX_HOST or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise DomainInvalid(f"“{host[:80]}” is no domain. Write it as in the browser’s address bar.")
    if re.fullmatch(r"[0-9.]+", host):
        _check_ipv4(host)
    return host


def _clean_ipv6(host: str) -> str:
    try:
        return f"[{ipaddress.IPv6Address(host.strip('[]')).compressed}]"
    except ValueError as error:
        raise DomainInvalid(f"“{host[:80]}” is no IPv6 address.") from error


def _check_ipv4(host: str) -> None:
    try:
        ipaddress.IPv4Address(host)
    except ValueError as error:
        raise DomainInvalid(f"“{host[:80]}” is neither a domain nor an address.") from error
