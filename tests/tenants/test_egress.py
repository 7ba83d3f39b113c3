"""R3, B10: not one byte goes to an address that is not public, however it is written or looked up."""

from __future__ import annotations

import socket

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from tenants.egress import EgressConnector, EgressRefused, EgressResolver, check_url, connector, is_public
from tests.tenants.outgoing import fetch

pytestmark = pytest.mark.usefixtures("nowhere_else")

# fmt: off
PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.254",
    "127.0.0.1", "127.1.2.3", "127.255.255.255", "168.63.129.16", "169.254.0.1", "169.254.169.254", "169.254.170.2",
    "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.0.192", "192.0.2.1", "192.31.196.1",
    "192.52.193.1", "192.88.99.1", "192.168.0.1", "192.168.255.255", "192.175.48.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "224.0.0.251", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:7f00:1",
    "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "100::1", "2001::1",
    "2001:0:7f00:1::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1",
    "2620:4f:8000::1", "3ffe::1", "3fff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1",
    "fe80::1%lo", "fec0::1", "ff02::1", "ff0e::1",
]
# fmt: on

# fmt: off
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
    "128.0.0.1", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
    "198.17.255.255", "198.20.0.0", "223.255.255.255", "::ffff:8.8.8.8", "2001:200::1", "2001:4860:4860::8888",
    "2003::1", "2606:4700:4700::1111", "2a00:1450::1", "3ffd::1",
]
# fmt: on

ODD_SPELLINGS = [
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "0300.0250.0.1",
    "127.0.0.01",
    "127.0.0.1.",
    "127.0.0.1..",
    "127.0.0.0x1",
    "169.254.43518",
    "0",
    "00000000",
    "1.1.1.1.1",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "127%2e0%2e0%2e1",
    "%31%32%37.0.0.1",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::1%25lo]",
    "[0000::0001]",
    "[v1.127]",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "ｌｏｃａｌｈｏｓｔ",
    "metadata",
    "a_b",
    "-acme.example",
    "acme..example",
    "",
    ".",
]


class FakeDNS(AbstractResolver):
    """Answers from a list, one answer set per question."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    async def resolve(self, host, port=0, family=socket.AF_UNSPEC) -> list[ResolveResult]:
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in found
        ]

    async def close(self) -> None:
        """Nothing to close."""


def bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


@pytest.mark.parametrize("address", PRIVATE)
def test_private_address_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
async def test_private_literal_is_refused_early_and_at_connect_time(address, listener):
    url = f"https://{bracketed(address)}:{listener.port}/"
    with pytest.raises(EgressRefused):
        check_url(url)
    with pytest.raises(aiohttp.InvalidURL):
        await fetch(url, connector())
    assert (listener.connections, listener.received) == (0, b"")


@pytest.mark.parametrize("address", PRIVATE)
async def test_private_dns_answer_gets_no_byte(address, listener):
    through = EgressConnector(EgressResolver(resolver=FakeDNS([address])))
    with pytest.raises(EgressRefused):
        await fetch(f"https://hooks.acme.example:{listener.port}/", through)
    assert (listener.connections, listener.received) == (0, b"")


@pytest.mark.parametrize("address", PRIVATE)
async def test_socket_to_a_private_address_is_refused_whatever_came_before(address):
    async with connector() as through:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with pytest.raises(EgressRefused):
            through._open_socket((family, socket.SOCK_STREAM, 0, "", (address, 443)))


@pytest.mark.parametrize("host", ODD_SPELLINGS)
async def test_odd_spelling_is_refused(host, listener):
    url = f"https://{host}:{listener.port}/"
    with pytest.raises(EgressRefused):
        check_url(url)
    with pytest.raises(aiohttp.InvalidURL):
        await fetch(url, connector())
    assert (listener.connections, listener.received) == (0, b"")


@pytest.mark.parametrize("private", ["127.0.0.1", "10.0.0.1", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("first", [True, False])
async def test_mixed_dns_answers_are_refused_whole(private, first, listener):
    answers = [private, "8.8.8.8"] if first else ["8.8.8.8", private]
    through = EgressConnector(EgressResolver(resolver=FakeDNS(answers)))
    with pytest.raises(EgressRefused):
        await fetch(f"https://hooks.acme.example:{listener.port}/", through)
    assert listener.connections == 0


async def test_name_that_turns_private_is_refused_on_the_second_look():
    resolver = EgressResolver(resolver=FakeDNS(["8.8.8.8"], ["127.0.0.1"]))
    answers = await resolver.resolve("hooks.acme.example", 443)
    assert [answer["host"] for answer in answers] == ["8.8.8.8"]
    with pytest.raises(EgressRefused):
        await resolver.resolve("hooks.acme.example", 443)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://hooks.acme.example/", "https://"),
        ("ftp://hooks.acme.example/", "https://"),
        ("hooks.acme.example", "https://"),
        ("//hooks.acme.example/", "https://"),
        ("javascript:alert(1)", "https://"),
        ("https:///path", "https://"),
        ("https://user:pass@hooks.acme.example/", "passwords"),
        ("https://user@hooks.acme.example/", "passwords"),
        ("https://hooks.acme.example:0/", "port"),
        ("https://hooks.acme.example:/", "port"),
        ("https://hooks.acme.example:70000/", "not a web address"),
        ("https://hooks.acme.example:x/", "not a web address"),
        ("https://[::1/", "not a web address"),
        ("https://hooks.acme.example\\@127.0.0.1/", "characters"),
        ("https://hooks.acme.example/ path", "characters"),
        ("https://hooks.acme.example/\r\nX: y", "characters"),
        ("https://hooks.acme.example/\u200b", "characters"),
        ("https://hooks.acme.example/" + "a" * 2048, "too long"),
    ],
)
def test_check_url_says_what_is_wrong(url, words):
    with pytest.raises(EgressRefused, match=words):
        check_url(url)


@pytest.mark.parametrize(
    ("url", "netloc"),
    [
        ("https://hooks.acme.example/path?a=b", "hooks.acme.example"),
        ("https://HOOKS.Acme.Example.:8443/", "hooks.acme.example:8443"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("https://8.8.8.8/", "8.8.8.8"),
        ("https://[2606:4700:4700:0::1111]:444/", "[2606:4700:4700::1111]:444"),
        ("https://8.8.8.8.example/", "8.8.8.8.example"),
    ],
)
def test_check_url_gives_the_canonical_host(url, netloc):
    assert check_url(url).netloc == netloc


@pytest.mark.parametrize("allowed", ["localhost", "LocalHost.", "ｌｏｃａｌｈｏｓｔ"])
async def test_allowed_name_is_reached_over_http(allowed, listener):
    through = EgressConnector(EgressResolver([allowed], resolver=FakeDNS(["127.0.0.1"])))
    assert await fetch(f"http://localhost:{listener.port}/", through) == 204
    assert listener.connections == 1
    assert listener.received.endswith(b"secret")


async def test_allowed_address_is_reached_over_http(listener):
    assert await fetch(f"http://127.0.0.1:{listener.port}/", connector(["127.0.0.1"])) == 204


async def test_allowing_one_name_allows_no_other(listener):
    resolver = EgressResolver(["localhost"], resolver=FakeDNS(["127.0.0.1"]))
    with pytest.raises(EgressRefused):
        await fetch(f"https://hooks.acme.example:{listener.port}/", EgressConnector(resolver))
    with pytest.raises(EgressRefused):
        await fetch(f"http://127.0.0.1:{listener.port}/", connector(["localhost"]))
    assert listener.connections == 0


async def test_redirect_to_a_private_address_is_refused_even_when_followed(listener):
    target = f"http://127.0.0.1:{listener.port}/inside"
    listener.reply = f"HTTP/1.1 307 Go\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()
    through = EgressConnector(EgressResolver(["localhost"], resolver=FakeDNS(["127.0.0.1"])))
    with pytest.raises(EgressRefused):
        await fetch(f"http://localhost:{listener.port}/", through, follow=True)
    assert listener.connections == 1
    assert b"/inside" not in listener.received


def test_more_than_sixty_addresses_are_tried():
    assert len(set(PRIVATE)) >= 60
