"""S1: the widget's script at one address for modules and classic scripts, for any site, cheap to ask for again."""

from __future__ import annotations

import gzip
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.test import Client

from widgets import script

BUILT = Path(settings.BASE_DIR) / "static" / "widget"
PATHS = ["/web-widget.js", "/web-widget.classic.js", "/web-widget-panel.js"]


@pytest.fixture
def client():
    return Client()


def _built(name: str) -> bytes:
    return (BUILT / name).read_bytes()


@pytest.mark.parametrize(
    ("mode", "name"),
    [("cors", "web-widget.js"), (None, "web-widget.js"), ("no-cors", "web-widget.classic.js")],
)
def test_s01_one_address_serves_both_forms(client, mode, name):
    response = client.get("/web-widget.js", headers={"Sec-Fetch-Mode": mode} if mode else {})
    assert (response.status_code, response.content) == (200, _built(name))
    assert "Sec-Fetch-Mode" in response["Vary"]


def test_s01_the_module_exports_and_the_classic_form_is_global():
    assert b"renderWebWidget" in _built("web-widget.js")
    assert b"export" in _built("web-widget.js")
    assert b"ChatWidget" in _built("web-widget.classic.js")


@pytest.mark.parametrize("path", PATHS)
def test_s01_any_site_may_load_it(client, path):
    response = client.get(path, headers={"Origin": "https://www.acme.com"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Cookie" not in response["Vary"]
    assert not response.cookies


@pytest.mark.parametrize("path", PATHS)
def test_s01_it_is_compressed_as_the_browser_takes_it(client, path):
    plain = client.get(path)
    assert "Content-Encoding" not in plain
    small = client.get(path, headers={"Accept-Encoding": "gzip, deflate, br;q=1.0"})
    assert (small["Content-Encoding"], brotli.decompress(small.content)) == ("br", plain.content)
    zipped = client.get(path, headers={"Accept-Encoding": "gzip, br;q=0"})
    assert (zipped["Content-Encoding"], gzip.decompress(zipped.content)) == ("gzip", plain.content)
    assert len(small.content) <= len(zipped.content) < len(plain.content)
    assert "Accept-Encoding" in small["Vary"]


@pytest.mark.parametrize("path", PATHS)
def test_s01_asking_again_costs_nothing(client, path):
    first = client.get(path, headers={"Accept-Encoding": "br"})
    for known in (first["ETag"], f"W/{first['ETag']}", f'"other", {first["ETag"]}'):
        again = client.get(path, headers={"Accept-Encoding": "br", "If-None-Match": known})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert again["Access-Control-Allow-Origin"] == "*"
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_s01_forms_and_encodings_have_tags_of_their_own(client):
    tags = {
        client.get("/web-widget.js", headers={"Sec-Fetch-Mode": mode, "Accept-Encoding": encoding})["ETag"]
        for mode in ("cors", "no-cors")
        for encoding in ("br", "gzip", "identity")
    }
    assert len(tags) == 6


def test_s01_the_entry_is_revalidated_soon_and_the_panel_kept_by_its_content(client):
    assert client.get("/web-widget.js")["Cache-Control"] == "public, max-age=300, stale-while-revalidate=86400"
    version = script.load(script.PANEL).version
    assert f"web-widget-panel.js?v={version}".encode() in _built("web-widget.js")
    assert "immutable" in client.get(f"/web-widget-panel.js?v={version}")["Cache-Control"]
    for query in ("", "?v=0123456789ab"):
        assert "immutable" not in client.get(f"/web-widget-panel.js{query}")["Cache-Control"]


@pytest.mark.parametrize("path", PATHS)
def test_s01_head_has_no_body_and_post_is_refused(client, path):
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert client.post(path).status_code == 405
