"""Sitemaps: the addresses that they list. Pure."""

from __future__ import annotations

import zlib

from lxml import etree

from assistants.extraction.base import Extracted, Unreadable

UNPACKED_MOST = 10 * 1024 * 1024
LINKS_MOST = 5_000
INDEX = "sitemap index"
"""The title of one that lists other sitemaps."""


def read_sitemap(data: bytes, charset: str = "") -> Extracted:
    """The pages that a sitemap lists, or, under the title INDEX, the sitemaps that an index does."""
    try:
        root = etree.fromstring(_unpacked(data), parser=_parser())
    except etree.XMLSyntaxError:
        raise Unreadable("The sitemap is no valid XML. Check it, or let links be followed instead.") from None
    name = etree.QName(root).localname if isinstance(root.tag, str) else ""
    if name not in ("urlset", "sitemapindex"):
        raise Unreadable("The address gives no sitemap. Check it, or let links be followed instead.")
    places = [node.text.strip() for node in root.iterfind("{*}*/{*}loc") if node.text]
    return Extracted("", title=INDEX if name == "sitemapindex" else "", links=places[:LINKS_MOST])


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(data, UNPACKED_MOST)
    except zlib.error:
        raise Unreadable("The sitemap is packed, and damaged.") from None
    if unpacker.unconsumed_tail:
        raise Unreadable("The sitemap unpacks to more than 10 MB.")
    return text
