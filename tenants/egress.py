"""The one door for outgoing HTTP to addresses that tenants choose: public addresses only, judged at connect time.

`check_url` gives a form or a caller an early answer. What decides is the connector: it checks the URL again, its
resolver refuses a name with any private answer, and its socket factory sees the very address of each connection,
however the URL spelled it.
Whoever uses the connector follows no redirects (`allow_redirects=False`).
"""

from __future__ import annotations

import functools
import ipaddress
import re
import socket
import unicodedata
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

import aiohttp
import idna
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

MAX_URL_CHARS = 2048
"""Longer than any real endpoint, shorter than what makes parsers disagree."""

CONNECTION_LIMIT = 4096
"""Connections per connector: above the 1,000 calls one process keeps in flight, so that none queues here."""

PASSED_KEPT = 1024
"""URLs that a process remembers to have passed; whether their hosts lead to public addresses is asked each time."""

DNS_SECONDS = 30
"""How long a checked answer is reused; the connection goes to the checked address, so age is no risk."""

_IPv4 = ipaddress.IPv4Address
_IPv6 = ipaddress.IPv6Address

# The special-purpose registry row by row: the standard library's `is_global` lets a third of these through.
_SPECIAL_V4 = tuple(
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT, some clouds' metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's metadata and control address inside public space
        "169.254.0.0/16",  # link-local, most clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # multicast tunnels
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_SPECIAL_V6 = tuple(
    ipaddress.IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: any IPv4 address in disguise
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the old test network
        "3fff::/20",  # documentation
    )
)
_NAME = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z"
)
_NUMBER = re.compile(r"(?:\d+|0x[0-9a-f]*)\Z")


class EgressRefused(aiohttp.InvalidURL):
    """The address is not one that outgoing calls may reach."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


def is_public(address: str) -> bool:
    """True when an address in its usual spelling lies in public space, outside every special block."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, _IPv6) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if isinstance(parsed, _IPv4):
        return not any(parsed in block for block in _SPECIAL_V4)
    if parsed.scope_id is not None:
        return False
    return parsed in _GLOBAL_V6 and not any(parsed in block for block in _SPECIAL_V6)


def normalise_hosts(hosts: Iterable[str]) -> frozenset[str]:
    """Host names and addresses in the one spelling that comparisons use."""
    return frozenset(_canonical(host) for host in hosts if host.strip())


def check_url(url: str, *, allowed_hosts: Iterable[str] = ()) -> SplitResult:
    """The URL's parts, host in canonical spelling, or EgressRefused with a sentence for the person who typed it."""
    return _checked(url, normalise_hosts(allowed_hosts))


@functools.lru_cache(maxsize=PASSED_KEPT)
def _checked(url: str, allowed: frozenset[str]) -> SplitResult:
    """`check_url`, remembered for those that pass: the same few addresses are called over and over."""
    if len(url) > MAX_URL_CHARS or any(c.isspace() or c == "\\" or unicodedata.category(c)[0] == "C" for c in url):
        raise EgressRefused(url, "The address is too long or has characters that no web address has.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise EgressRefused(url, "This is not a web address.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise EgressRefused(url, "Enter a web address that starts with https://.")
    if "@" in parts.netloc:
        raise EgressRefused(url, "Leave user names and passwords out of the address.")
    if port == 0 or parts.netloc.endswith(":"):
        raise EgressRefused(url, "The port must be between 1 and 65535.")
    host = _check_host(url, parts, allowed)
    shown = f"[{host}]" if ":" in host else host
    return parts._replace(netloc=shown if port is None else f"{shown}:{port}")


def _check_host(url: str, parts: SplitResult, allowed: frozenset[str]) -> str:
    host = _canonical(parts.hostname or "")
    if host in allowed:
        return host
    if parts.scheme != "https":
        raise EgressRefused(url, "Enter an address that starts with https://.")
    if _is_address(host):
        if not is_public(host):
            raise EgressRefused(url, "This address is private or reserved; enter a public one.")
    elif "." not in host or not _NAME.match(host) or _NUMBER.match(host.rpartition(".")[2]):
        # A last label that is a number is an IPv4 address in an odd spelling: hex, octal, short or as one integer.
        raise EgressRefused(url, "The address has no public host name.")
    return host


def _canonical(host: str) -> str:
    """Lower case, one IDNA and one address spelling, no trailing dot; hopeless input comes back to fail the checks."""
    host = host.strip().lower().removesuffix(".")
    bare = host.removeprefix("[").removesuffix("]")
    if _is_address(bare):
        return str(ipaddress.ip_address(bare))
    try:
        return host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return host


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class EgressResolver(AbstractResolver):
    """Resolves names and refuses a name when any of its answers is private: half-public answers are an attack."""

    def __init__(self, allowed_hosts: Iterable[str] = (), *, resolver: AbstractResolver | None = None) -> None:
        self.allowed = normalise_hosts(allowed_hosts)
        self._resolver = resolver or aiohttp.ThreadedResolver()
        self._admitted: set[str] = set()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Every answer for the name, each one public, or EgressRefused."""
        answers = await self._resolver.resolve(host, port, family)
        addresses = {answer["host"] for answer in answers}
        if _canonical(host) in self.allowed:
            self._admitted |= addresses
        elif not all(is_public(address) or _canonical(address) in self.allowed for address in addresses):
            raise EgressRefused(host, "The host name leads to a private or reserved address.")
        return answers

    def admits(self, address: str) -> bool:
        """True when a socket may connect there: public, allowed by address, or an answer for an allowed name."""
        return is_public(address) or address in self._admitted or _canonical(address) in self.allowed

    async def close(self) -> None:
        """Release the resolver underneath."""
        await self._resolver.close()


class EgressConnector(aiohttp.TCPConnector):
    """A connector whose every socket has passed the resolver's judgement, literal addresses included."""

    def __init__(
        self, resolver: EgressResolver, *, limit: int = CONNECTION_LIMIT, keepalive_seconds: float = 15
    ) -> None:
        super().__init__(
            resolver=resolver,
            limit=limit,
            ttl_dns_cache=DNS_SECONDS,
            keepalive_timeout=keepalive_seconds,
            socket_factory=self._open_socket,
        )
        self._egress = resolver

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - the library's own signature
    ) -> Connection:
        """A connection for this request, once its URL has passed `check_url`: also when nobody asked before."""
        _checked(str(req.url), self._egress.allowed)
        return await super().connect(req, traces, timeout)

    def _open_socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """The last look before a connection: this is the address that the packets would go to."""
        family, kind, proto, _, address = info
        if not self._egress.admits(str(address[0])):
            raise EgressRefused(str(address[0]), "This address is private or reserved.")
        return socket.socket(family=family, type=kind, proto=proto)


def connector(allowed_hosts: Iterable[str] = (), *, limit: int = CONNECTION_LIMIT) -> EgressConnector:
    """A connector for the running event loop; make one and keep it, it pools connections."""
    return EgressConnector(EgressResolver(allowed_hosts), limit=limit)
