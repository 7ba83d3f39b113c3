"""S4: what an entry of the allowlist is, and which origins match it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets import domains


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("www.acme.com", "www.acme.com"),
        ("  ACME.com. ", "acme.com"),
        ("https://www.Acme.com/shop?a=1#b", "www.acme.com"),
        ("acme.com/shop", "acme.com"),
        ("*.acme.com", "*.acme.com"),
        ("http://localhost:3000/", "localhost:3000"),
        ("shop.acme.com:8443", "shop.acme.com:8443"),
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "[::1]"),
        ("[0:0::1]:3000", "[::1]:3000"),
        ("*.localhost", "*.localhost"),
    ],
)
def test_s04_entry_is_kept_in_one_form(typed, kept):
    assert domains.normalise(typed) == kept
    assert domains.normalise(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "*",
        "*.",
        "*.com",
        "www.*.com",
        "*.*.acme.com",
        "*.10.0.0.1",
        "ftp://acme.com",
        "https://",
        "a b.com",
        "-a.com",
        "acme.com:0",
        "acme.com:99999",
        "javascript:alert(1)",
        "1.2.3",
        "[::g]",
        "a" * 64 + ".com",
        "a." * 130 + "com",
        "a..b",
    ],
)
def test_s04_entry_that_names_no_site_is_refused_in_a_sentence(typed):
    with pytest.raises(domains.DomainInvalid, match=r"\.$"):
        domains.normalise(typed)


@pytest.mark.parametrize(
    ("entry", "origin", "allowed"),
    [
        ("www.acme.com", "https://www.acme.com", True),
        ("www.acme.com", "http://www.acme.com", True),
        ("www.acme.com", "https://www.acme.com:8443", True),
        ("www.acme.com", "https://WWW.ACME.COM", True),
        ("www.acme.com", "https://www.acme.com.", True),
        ("www.acme.com", "https://www.acme.com/a/page?x#y", True),
        ("www.acme.com", "https://acme.com", False),
        ("www.acme.com", "https://www.acme.com.evil.example", False),
        ("www.acme.com", "https://evilwww.acme.com", False),
        ("www.acme.com", "https://www.acme.com@evil.example", False),
        ("*.acme.com", "https://a.acme.com", True),
        ("*.acme.com", "https://a.b.acme.com", True),
        ("*.acme.com", "https://acme.com", False),
        ("*.acme.com", "https://evilacme.com", False),
        ("acme.com:8443", "https://acme.com:8443", True),
        ("acme.com:8443", "https://acme.com", False),
        ("acme.com:443", "https://acme.com", True),
        ("acme.com:443", "http://acme.com", False),
        ("[::1]", "http://[0:0::1]:3000", True),
        ("xn--mnchen-3ya.example", "https://münchen.example", True),
        ("www.acme.com", "null", False),
        ("www.acme.com", None, False),
        ("www.acme.com", "", False),
        ("www.acme.com", "www.acme.com", False),
        ("www.acme.com", "file://www.acme.com", False),
        ("www.acme.com", "https://www.acme.com:port", False),
        ("www.acme.com", "https://[www.acme.com", False),
    ],
)
def test_s04_origin_matches_exactly(entry, origin, allowed):
    assert domains.is_allowed([entry], origin) is allowed


@given(st.text(max_size=60))
def test_no_text_gets_past_unrefused_and_unclean(text):
    """Whatever is typed: a clean entry that matches itself, or a sentence."""
    try:
        kept = domains.normalise(text)
    except domains.DomainInvalid:
        return
    host = kept.removeprefix("*.")
    assert domains.is_allowed([host], f"http://{host}") or ":443" in kept
    assert kept.isascii()


@given(st.text(max_size=60))
def test_no_origin_breaks_the_door(text):
    assert domains.is_allowed(["www.acme.com"], text) in (True, False)
