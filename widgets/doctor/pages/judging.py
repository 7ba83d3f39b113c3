"""What is wrong with a page of the tenant's own; pure but for what it asks of the tenant's facts."""

from __future__ import annotations

import uuid
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.urls import reverse

from tenants.templatetags.moments import say_took
from widgets import embed
from widgets.doctor import facts as tenant_facts
from widgets.doctor.findings import Finding, Fix, State
from widgets.doctor.pages.reading import Facts, Snippet
from widgets.doctor.words import ago, new_snippet, tab
from widgets.domains import site_of

PLACEHOLDERS = ("your-tenant-id", "your-widget-token")
_SEEN_LATELY = tenant_facts.DAY * 2


def judge(page: Facts, facts: tenant_facts.Facts) -> list[Finding]:
    """All that is wrong, or that nothing is."""
    if finding := _not_read(page):
        return [finding]
    found = [*_site(page, facts)]
    if not page.snippets:
        return [*found, _no_snippet(page, facts)]
    for snippet in page.snippets:
        found += _snippet(page, snippet, facts)
    if len(page.snippets) > 1:
        cause = "Each call replaces the widget of the one before, where they name the same tenant."
        found.append(_wrong("The snippet is on the page more than once", cause, state=State.WARN))
    return found or [
        Finding("page", State.GOOD, "Snippet, token, site and security policy are right", aside=_took(page))
    ]


def _took(page: Facts) -> str:
    return f"{page.status} in {say_took(page.took)}"


def _wrong(
    title: str, cause: str, to_do: str = "", *fixes: Fix, state: State = State.BAD, code: str = "", anchor: str = ""
) -> Finding:
    anchor = anchor or "widget-does-not-appear"
    return Finding("page", state, title, cause, to_do, fixes, code=code, anchor=anchor)


def _not_read(page: Facts) -> Finding | None:
    if page.problem:
        return _wrong("The page can’t be looked at", page.problem, state=State.WARN)
    if page.status != 200:
        cause = f"It answers with {page.status}. Enter the address at which visitors see it; a password keeps us out."
        return _wrong("There is no page to look at", cause, state=State.WARN)
    if not page.is_html:
        return _wrong("That is no page", "What came is not HTML, so no widget can stand on it.", state=State.WARN)
    return None


def _site(page: Facts, facts: tenant_facts.Facts) -> list[Finding]:
    site = site_of(page.url)
    if site is None or facts.allows(site.host):
        return []
    allow = Fix(
        "Allow the domain",
        reverse("widgets:domain-addition"),
        {"domain": site.host, "back": "doctor"},
        f"Allow {site.host}?",
        "Pages there may then show your widget and start conversations.",
    )
    cause = (
        "The site is not in your allowed domains, so the widget’s calls are answered with 403 Domain not authorized."
    )
    title = f"{site.host} may not show the widget"
    return [_wrong(title, cause, "Allow it if you know the site as yours.", allow, anchor="domain_not_authorized")]


def _no_snippet(page: Facts, facts: tenant_facts.Facts) -> Finding:
    site = site_of(page.url)
    seen = facts.sites.get(site.host) if site else None
    if page.is_commented_out:
        cause = "It stands there between <!-- and -->, so browsers pass over it."
        return _wrong("The snippet is commented out", cause, "Take the comment marks away.")
    if seen and seen.last_at > facts.now - _SEEN_LATELY:
        cause = (
            f"Yet the widget loaded on {seen.host} {ago(seen.last_at, facts.now)}: a tag manager or a script of yours "
            "brings it, which can’t be seen from here."
        )
        return _wrong("The snippet isn’t in the page itself", cause, state=State.NOTE)
    cause = "Its HTML has no call of renderWebWidget. If a tag manager is to bring it, it has not done so yet."
    if page.is_cut:
        cause = "The first 2 MB of its HTML have no call of renderWebWidget; what comes after was not looked at."
    to_do = "Paste the snippet into the page, before </body>."
    return _wrong("The snippet isn’t on the page", cause, to_do, new_snippet())


def _snippet(page: Facts, snippet: Snippet, facts: tenant_facts.Facts) -> list[Finding]:
    found = [_tenant_id(snippet, facts), _token(snippet, facts), _api_url(page, snippet), _script(page, snippet)]
    return [finding for finding in found if finding] + _policies(snippet)


def _tenant_id(snippet: Snippet, facts: tenant_facts.Facts) -> Finding | None:
    written = snippet.options.get("tenantId", "").strip()
    if written.lower() == str(facts.tenant.pk):
        return None
    if not written:
        cause = "The snippet has no “tenantId” that can be read, and the widget needs one."
    elif written in PLACEHOLDERS:
        cause = f"“{written}” is the example’s own text."
    else:
        cause = f"It is not yours: “{written[:60]}”."
    title = "The “tenantId” is wrong"
    return _wrong(title, cause, f"Yours is {facts.tenant.pk}.", new_snippet(), anchor="widget_not_found")


def _token(snippet: Snippet, facts: tenant_facts.Facts) -> Finding | None:
    claims = snippet.token
    if claims is None:
        cause = "The snippet has no “token” that can be read."
        return _wrong("The token is missing", cause, "", new_snippet(), anchor="token_missing")
    if not claims:
        cause = "It isn’t a widget token, or a part of it was lost when it was copied. Calls are answered with 401."
        return _wrong("The token is invalid", cause, "", new_snippet(), anchor="token_invalid")
    if claims["aud"] != str(facts.tenant.pk):
        return _wrong(
            "The token isn’t yours", "It was not issued for your company.", "", new_snippet(), anchor="token_invalid"
        )
    return _own_token(claims, facts)


def _own_token(claims: dict[str, str], facts: tenant_facts.Facts) -> Finding | None:
    try:
        token = facts.token(uuid.UUID(claims["jti"]))
    except ValueError:
        token = None
    if token is None or token.revoked_at:
        label = f" “{token.label}”" if token else ""
        cause = f"The token{label} was taken back, so calls are answered with 401 token_revoked."
        return _wrong("The token is revoked", cause, "", new_snippet(), anchor="token_revoked")
    if token.has_expired:
        cause = (
            f"“{token.label}” expired {ago(token.expires_at, facts.now)}, so calls are answered with 401 token_expired."
        )
        return _wrong("The token has expired", cause, "", new_snippet(), anchor="token_expired")
    if token.expires_soon:
        cause = f"“{token.label}” expires {ago(token.expires_at, facts.now)}; the page loses the chat then."
        issue = Fix("Issue a token", tab("install"))
        return _wrong("The token ends soon", cause, "", issue, state=State.WARN, anchor="token_expired")
    return None


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        return parts if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def _api_url(page: Facts, snippet: Snippet) -> Finding | None:
    written = snippet.options.get("apiUrl", "").strip()
    parts = _parts(written)
    to_do = f"It is {settings.PUBLIC_URL}."
    if parts is None:
        cause = f"“{written[:80]}” is no web address." if written else "The snippet has none that can be read."
        return _wrong("The “apiUrl” is wrong", cause, to_do, new_snippet(), anchor="messages-are-not-sent")
    if _is_mixed(page.url, parts):
        cause = "The page is https and “apiUrl” is http, which browsers refuse as mixed content."
        return _wrong("The “apiUrl” must be https", cause, to_do, new_snippet(), anchor="messages-are-not-sent")
    if site_of(written) != site_of(settings.PUBLIC_URL) or parts.path.strip("/"):
        cause = f"It leads to {parts.scheme}://{parts.netloc[:80]}{parts.path[:40]}, not to this installation."
        return _wrong("The “apiUrl” leads elsewhere", cause, to_do, new_snippet(), anchor="messages-are-not-sent")
    return None


def _is_mixed(page_url: str, parts: SplitResult) -> bool:
    own = parts.hostname in ("localhost", "127.0.0.1")
    return page_url.startswith("https:") and parts.scheme == "http" and not own


def _script(page: Facts, snippet: Snippet) -> Finding | None:
    to_do = f"Load {settings.PUBLIC_URL}{embed.SCRIPT}."
    if not snippet.scripts:
        cause = "The snippet calls the widget, but nothing on the page loads web-widget.js."
        return _wrong("The script isn’t loaded", cause, to_do, new_snippet())
    for url in snippet.scripts:
        parts = _parts(url)
        if parts and _is_mixed(page.url, parts):
            cause = f"{url[:120]} is http and the page https, which browsers refuse."
            return _wrong("The script must be https", cause, to_do, new_snippet())
        if parts and site_of(url) != site_of(settings.PUBLIC_URL):
            cause = (
                f"It comes from {parts.scheme}://{parts.netloc[:80]}, not from this installation; a copy gets no fixes."
            )
            title = "The script comes from elsewhere"
            return _wrong(title, cause, to_do, new_snippet(), state=State.WARN)
    return None


_WHAT = {
    "inline": ("the snippet itself", "Give its script element the page’s nonce, or allow it by its hash"),
    "script": ("the widget’s script", "Allow where it comes from"),
    "connect": ("the widget’s calls", "Allow where they go"),
}


def _policies(snippet: Snippet) -> list[Finding]:
    """One finding for each thing that is kept out, however many policies do."""
    found: dict[str, Finding] = {}
    for kind, directive, missing, proposal in snippet.blocked:
        what, to_do = _WHAT[kind]
        cause = f"Its Content-Security-Policy’s {directive} doesn’t allow {what}, so browsers block it."
        if not proposal:
            to_do = "It needs the page’s nonce on its script element."
        elif proposal.startswith(directive):
            to_do = f"{to_do}. Add {missing} to {directive}:"
        else:
            to_do = f"{to_do}. Beside {directive}, send:"
        title = f"The page’s security policy blocks {what}"
        found.setdefault(kind, _wrong(title, cause, to_do, code=proposal))
    return list(found.values())
