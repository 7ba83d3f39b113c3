"""Plain facts about a page, out of what was fetched: small, and without anything of it that is secret."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from tenants import tokens as signed
from widgets.doctor.pages import markup, policies
from widgets.doctor.pages.fetching import Fetched
from widgets.doctor.pages.markup import Element
from widgets.tokens import TYPE

SNIPPETS_MOST = 3
RULES_MOST = 20  # of a page's policies
_CALL = "renderWebWidget"
_OPTION = r"""["']?\b{name}\b["']?\s{{0,20}}:\s{{0,20}}["'`]([^"'`\n]{{0,4096}})["'`]"""
_OPTIONS = {name: re.compile(_OPTION.format(name=name)) for name in ("tenantId", "apiUrl", "token")}
_IMPORT = re.compile(r"""(?:from|import)\s{0,20}\(?\s{0,20}["'`]([^"'`\n]{1,2048})["'`]""")
_SCRIPT = re.compile(r"/web-widget(?:\.classic)?\.js\Z")
PANEL = "/web-widget-panel.js"


@dataclass(slots=True)
class Snippet:
    """One call of `renderWebWidget`. Of the token only what it says of itself is kept: `aud`, `jti` and `exp`."""

    options: dict[str, str] = field(default_factory=dict)  # tenantId and apiUrl, as they are written
    token: dict[str, str] | None = None  # None: there is none. Empty: not one of ours
    scripts: list[str] = field(default_factory=list)  # whole addresses of the widget's script
    blocked: list[list[str]] = field(
        default_factory=list
    )  # what a policy keeps out: kind, directive, missing, proposal


@dataclass(slots=True)
class Facts:
    """A page. Everything in it can be stored as JSON."""

    url: str
    status: int | None = None
    problem: str = ""
    is_html: bool = False
    is_cut: bool = False
    took: int = 0
    is_commented_out: bool = False
    snippets: list[Snippet] = field(default_factory=list)


def read(fetched: Fetched) -> Facts:
    """Read what came."""
    facts = Facts(fetched.url, fetched.status, fetched.problem, is_cut=fetched.is_cut, took=fetched.took)
    text = _decoded(fetched)
    facts.is_html = "html" in fetched.content_type or text.lstrip()[:15].lower().startswith(("<!doctype", "<html"))
    if fetched.problem or not facts.is_html:
        return facts
    found = markup.scan(text)
    facts.is_commented_out = any(_CALL in comment for comment in found.comments)
    scripts = list(markup.scripts(found))
    rules = [rule for header in [*fetched.policies, *markup.policies(found)] for rule in policies.parse(header)]
    rules = rules[:RULES_MOST]
    loaded = [one for one in scripts if _SCRIPT.search(_path(one.attributes.get("src", "")))]
    calls = [one for one in scripts if _CALL in one.text][:SNIPPETS_MOST]
    facts.snippets = [_snippet(call, loaded, rules, fetched.url) for call in calls]
    return facts


def _decoded(fetched: Fetched) -> str:
    try:
        return fetched.body.decode(fetched.charset or "utf-8", errors="replace")
    except LookupError:
        return fetched.body.decode("utf-8", errors="replace")


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _snippet(call: Element, loaded: list[Element], rules: list[policies.Directives], page_url: str) -> Snippet:
    written = {name: match[1] for name, pattern in _OPTIONS.items() if (match := pattern.search(call.text))}
    token = written.pop("token", None)
    imported = [url for url in _IMPORT.findall(call.text) if _SCRIPT.search(_path(url))]
    addresses = [_whole(page_url, url) for url in imported] + [
        _whole(page_url, one.attributes["src"]) for one in loaded
    ]
    nonces = [call.attributes.get("nonce", "")] * len(imported) + [one.attributes.get("nonce", "") for one in loaded]
    snippet = Snippet(
        options={name: value[:300] for name, value in written.items()},
        token=None if token is None else _claims(token),
        scripts=[url[:300] for url in addresses if url][:SNIPPETS_MOST],
    )
    for rule in rules:
        snippet.blocked += _blocked(rule, call, list(zip(addresses, nonces, strict=True)), written, page_url)
    return snippet


def _whole(page_url: str, url: str) -> str:
    try:
        return urljoin(page_url, url)
    except ValueError:
        return ""


def _claims(token: str) -> dict[str, str]:
    """What a token of ours says, whoever it belongs to; empty for what isn't one."""
    try:
        claims: dict[str, Any] = signed.read_ended(token, TYPE)
    except signed.TokenInvalid:
        return {}
    return {"aud": claims["aud"], "jti": claims["jti"], "exp": str(claims["exp"])}


def _blocked(
    rule: policies.Directives, call: Element, scripts: list[tuple[str, str]], options: dict[str, str], page_url: str
) -> list[list[str]]:
    """What one policy keeps out of what the snippet needs: itself, the script, the panel, the calls."""
    inline = policies.blocks_inline(rule, call.text, call.attributes.get("nonce", ""))
    script = connect = None
    for url, nonce in scripts[:1]:
        script = policies.blocks_url(rule, policies.SCRIPT, url, page_url, nonce)
        script = script or policies.blocks_url(rule, policies.SCRIPT, urljoin(url, PANEL), page_url, nonce)
    if inline and script and inline.proposal and script.proposal:  # one directive has to let both in
        both = f"{inline.proposal} {script.missing}"
        inline, script = replace(inline, proposal=both), replace(script, proposal=both)
    if options.get("apiUrl", "").startswith(("https://", "http://")):
        connect = policies.blocks_url(rule, policies.CONNECT, options["apiUrl"], page_url)
    found = {"inline": inline, "script": script, "connect": connect}
    return [
        [kind, it.directive[:60], it.missing[:300], it.proposal[:4000]] for kind, it in found.items() if it is not None
    ]
