"""Serves the widget's script to any site: stable addresses, compressed once, revalidated cheaply (S1, contract §2)."""

from __future__ import annotations

import functools
import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

ENTRY_CACHE = "public, max-age=300, stale-while-revalidate=86400"  # a fix reaches every site within minutes
PANEL_CACHE = "public, max-age=31536000, immutable"  # asked for by its content's hash
MODULE, CLASSIC, PANEL = "web-widget.js", "web-widget.classic.js", "web-widget-panel.js"


@dataclass(frozen=True, slots=True)
class Script:
    """A built file in every encoding that browsers take, the smallest first."""

    version: str
    bodies: dict[str, bytes]


@functools.cache
def load(name: str) -> Script:
    """Read and compress a built file; done once, when the process starts."""
    plain = (Path(settings.BASE_DIR) / "static" / "widget" / name).read_bytes()
    bodies = {
        "br": brotli.compress(plain, quality=11),
        "gzip": gzip.compress(plain, compresslevel=9, mtime=0),
        "identity": plain,
    }
    return Script(version=hashlib.sha256(plain).hexdigest()[:12], bodies=bodies)


@require_safe
def module_or_classic(request: HttpRequest) -> HttpResponse:
    """One address for both forms: a browser says whether it loads a module (`cors`) or a classic script (`no-cors`)."""
    classic = request.headers.get("Sec-Fetch-Mode") == "no-cors"
    response = _answer(request, CLASSIC if classic else MODULE, ENTRY_CACHE)
    response["Vary"] = "Accept-Encoding, Sec-Fetch-Mode"
    return response


@require_safe
def classic(request: HttpRequest) -> HttpResponse:
    """The classic script, for pages whose browsers don't say."""
    return _answer(request, CLASSIC, ENTRY_CACHE)


@require_safe
def panel(request: HttpRequest) -> HttpResponse:
    """The part that comes with the first click; kept for good where its address names this very content."""
    named = request.GET.get("v") == load(PANEL).version
    return _answer(request, PANEL, PANEL_CACHE if named else ENTRY_CACHE)


def _answer(request: HttpRequest, name: str, cache: str) -> HttpResponse:
    request.session.accessed = False  # who asks makes no difference, so caches needn't tell by cookie
    script = load(name)
    encoding = _encoding(request.headers.get("Accept-Encoding", ""))
    tag = f'"{script.version}-{encoding}"'
    headers = {
        "ETag": tag,
        "Cache-Control": cache,
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Timing-Allow-Origin": "*",
    }
    known = [item.strip().removeprefix("W/") for item in request.headers.get("If-None-Match", "").split(",")]
    if tag in known or known == ["*"]:
        return HttpResponse(status=304, headers=headers)
    response = HttpResponse(script.bodies[encoding], content_type="text/javascript; charset=utf-8", headers=headers)
    if encoding != "identity":
        response["Content-Encoding"] = encoding
    return response


def _encoding(accepted: str) -> str:
    """The smallest encoding that the browser takes."""
    offers = {}
    for part in accepted.lower().split(","):
        name, _, quality = part.strip().partition(";")
        offers[name.strip()] = quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((name for name in ("br", "gzip") if offers.get(name)), "identity")
