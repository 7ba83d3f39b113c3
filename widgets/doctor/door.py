"""The widget doesn't appear: tokens, allowed sites, the tenant's id, pages that have fallen silent."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.urls import reverse

from widgets.call_log import TENANT_ID_WRONG
from widgets.doctor.facts import Facts, Failed, together
from widgets.doctor.findings import Finding, Fix, State
from widgets.doctor.words import ago, check_a_page, day, named, new_snippet, since, tab, times
from widgets.models import WidgetToken

SHOWN = 5  # sites that are named one by one
IN_USE = timedelta(days=7)
SILENT = timedelta(days=3)  # a weekend passes without visitors on many a site
GIVEN_UP = timedelta(days=14)  # a site that has been silent for so long was taken down
ALL_SILENT = timedelta(days=2)
KNOWN = timedelta(days=1)  # from the first load to the last: who made a host up once is not missed


def tokens(facts: Facts) -> list[Finding]:
    """S2: expired, revoked, missing, mistyped; those that end soon."""
    found = [*_none_valid(facts), *_ended(facts), *_wrong(facts), *_ending(facts)]
    if found:
        return found
    ends = min(token.expires_at for token in facts.tokens if token.is_valid)
    return [Finding("tokens", State.GOOD, "Tokens are valid", aside=f"next expires {ago(ends, facts.now)}")]


def _none_valid(facts: Facts) -> list[Finding]:
    if any(token.is_valid for token in facts.tokens):
        return []
    cause = (
        "All your tokens have expired or were revoked, so each page with the widget is answered with 401."
        if facts.tokens
        else "No token was issued yet. The widget opens with one, and the snippet carries it."
    )
    fix = Fix("Issue a token", tab("install"))
    return [Finding("tokens", State.BAD, "No token opens your widget", cause, fixes=(fix,), anchor="token_expired")]


def _ended(facts: Facts) -> list[Finding]:
    """Pages that still show a token that is over, token by token."""
    by_token: dict[UUID | None, list[Failed]] = {}
    for one in facts.shut_out("token_expired", "token_revoked"):
        by_token.setdefault(one.jti, []).append(one)
    return [_pages_left_behind(facts, facts.token(jti), failed) for jti, failed in by_token.items()][:SHOWN]


def _pages_left_behind(facts: Facts, token: WidgetToken | None, failed: list[Failed]) -> Finding:
    whole, pages = together(failed), named([one.host for one in failed])
    if token is None:
        title, what = "A page shows a token that you don’t have any more", "It was deleted"
    elif token.revoked_at:
        title, what = f"Pages with the token “{token.label}” have no chat", "It was revoked"
        what += f" {ago(token.revoked_at, facts.now)}"
    else:
        title = f"Pages with the token “{token.label}” have no chat"
        what = f"It expired {ago(token.expires_at, facts.now)}"
    cause = f"{what}. {pages} still uses it, so each call is answered with 401 {whole.code}."
    if len(failed) > 1:
        cause = cause.replace("still uses", "still use")
    return Finding(
        "tokens",
        State.BAD,
        title,
        cause,
        "Replace the snippet there by one with a valid token.",
        (new_snippet(),),
        summary=f"{times(whole.times, 'refused call')} {since(whole.first_at, facts.now)}",
        lines=whole.lines,
        anchor=whole.code,
    )


def _wrong(facts: Facts) -> list[Finding]:
    """Calls without a token, or with one that isn't ours: from a page it is a mistake, from nowhere anybody's try."""
    failed = facts.shut_out("token_missing", "token_invalid")
    pages = [one for one in failed if one.host]
    if not failed:
        return []
    whole = together(pages or failed)
    codes = " and ".join(sorted({one.code for one in pages or failed}))
    summary = f"{times(whole.times, 'refused call')} {since(whole.first_at, facts.now)}"
    if not pages:
        cause = f"They named no site and were answered with 401 {codes}: a program of yours, or a stranger who tries."
        title = "Calls without a valid token were refused"
        return [Finding("tokens", State.NOTE, title, cause, summary=summary, lines=whole.lines, anchor="token_invalid")]
    cause = (
        f"Calls from {named([one.host for one in pages])} are answered with 401 {codes}: "
        "the token in the snippet isn’t whole or isn’t yours, or a proxy on the way takes the Authorization header off."
    )
    return [
        Finding(
            "tokens",
            State.WARN,
            f"Visitors of {named([one.host for one in pages])} see no widget",
            cause,
            "Copy the snippet again, as a whole.",
            (new_snippet(), check_a_page()),
            summary=summary,
            lines=whole.lines,
            anchor="token_invalid",
        )
    ]


def _ending(facts: Facts) -> list[Finding]:
    recent = facts.now - IN_USE
    soon = [t for t in facts.tokens if t.expires_soon and t.last_used_at and t.last_used_at > recent]
    return [
        Finding(
            "tokens",
            State.WARN,
            f"The token “{token.label}” expires {ago(token.expires_at, facts.now)}",
            f"It was used {ago(token.last_used_at or facts.now, facts.now)}"
            f"{f' on {token.last_origin}' if token.last_origin else ''}. Pages with it lose the chat then.",
            "Issue a new token and replace the snippet there.",
            (Fix("Issue a token", tab("install")),),
            anchor="token_expired",
        )
        for token in soon[:SHOWN]
    ]


def domains(facts: Facts) -> list[Finding]:
    """S4: sites that were refused and still would be."""
    refused = facts.shut_out("domain_not_authorized")
    sites = [one for one in refused if one.host and not facts.allows(one.host)]
    found = [_refused_site(facts, one) for one in sites[:SHOWN]]
    if more := sites[SHOWN:]:
        whole = together(more)
        cause = f"{named([one.host for one in more])} aren’t in your allowed domains either."
        fix = Fix("Open Domains", tab("domains"))
        title = f"{times(len(more), 'more site was', 'more sites were')} refused"
        found.append(Finding("domains", State.NOTE, title, cause, fixes=(fix,), lines=whole.lines, anchor=whole.code))
    nameless = [one for one in refused if not one.host]
    if nameless and facts.listed and not facts.settings.allow_missing_origin:
        found.append(_nameless(facts, nameless[0]))
    if any(one.is_troubled for one in found):
        return found
    aside = f"{len(facts.listed):,} listed" if facts.listed else "no list, every site may"
    return [*found, Finding("domains", State.GOOD, "Your sites may show the widget", aside=aside)]


def _refused_site(facts: Facts, failed: Failed) -> Finding:
    token = facts.token(failed.jti)
    shown = f" It shows your token “{token.label}”, which anybody can copy off your pages." if token else ""
    allow = Fix(
        "Allow the domain",
        reverse("widgets:domain-addition"),
        {"domain": failed.host, "back": "doctor"},
        f"Allow {failed.host}?",
        "Pages there may then show your widget and start conversations.",
    )
    return Finding(
        "domains",
        State.BAD,
        f"Visitors of {failed.host} see no widget",
        f"The site is not in your allowed domains, so each call is answered with 403 Domain not authorized.{shown}",
        "Allow it if you know the site as yours.",
        (allow,),
        summary=f"{times(failed.times, 'refused call')} {since(failed.first_at, facts.now)}",
        lines=failed.lines,
        anchor="domain_not_authorized",
    )


def _nameless(facts: Facts, failed: Failed) -> Finding:
    cause = "You list allowed domains, and these calls named no site: a program, or a page opened from a file."
    return Finding(
        "domains",
        State.NOTE,
        "Calls that name no site were refused",
        cause,
        fixes=(Fix("Open Behaviour", tab("behaviour")),),
        summary=f"{times(failed.times, 'refused call')} {since(failed.first_at, facts.now)}",
        lines=failed.lines,
        anchor="domain_not_authorized",
    )


def tenant_id(facts: Facts) -> list[Finding]:
    """A page that shows a token of this tenant at another's address."""
    failed = facts.shut_out(TENANT_ID_WRONG)
    if not failed:
        return [Finding("tenant_id", State.GOOD, "Pages ask for the right tenant id")]
    whole, token = together(failed), facts.token(failed[0].jti)
    shown = f"your token “{token.label}”" if token else "a token of yours"
    status = next(iter({line.status for line in whole.lines}), 404)
    return [
        Finding(
            "tenant_id",
            State.BAD,
            f"{named([one.host for one in failed])} asks for a wrong tenant id",
            f"It shows {shown}, but its “tenantId” isn’t yours, so each call is answered with {status}.",
            f"Yours is {facts.tenant.pk}. Copy the whole snippet again.",
            (new_snippet(), check_a_page()),
            summary=f"{times(whole.times, 'refused call')} {since(whole.first_at, facts.now)}",
            lines=whole.lines,
            anchor="widget_not_found",
        )
    ]


def sites(facts: Facts) -> list[Finding]:
    """Pages that never loaded the widget, or don't any more."""
    if not facts.sites and not any(token.last_origin for token in facts.tokens):
        cause = (
            "Nothing has reached us: the snippet is on no page yet, or the page’s security policy blocks the script."
        )
        fixes = (new_snippet(), check_a_page())
        title = "No page has loaded the widget yet"
        return [Finding("sites", State.WARN, title, cause, fixes=fixes, anchor="widget-does-not-appear")]
    last = next(iter(facts.sites.values()), None)
    if last and last.last_at < facts.now - ALL_SILENT and not facts.loads.get(facts.now.date().isoformat()):
        return [_all_silent(facts, last.host)]
    found = [_silent(facts, host) for host in _gone_silent(facts)[:SHOWN]]
    found += _never_seen(facts)
    today = facts.loads.get(facts.now.date().isoformat(), 0)
    aside = f"{times(today, 'load')} today"
    if any(one.is_troubled for one in found):
        return found
    return [*found, Finding("sites", State.GOOD, "Pages load the widget", aside=aside)]


def _all_silent(facts: Facts, host: str) -> Finding:
    moment = facts.sites[host].last_at
    cause = (
        f"The last one was {host}, {ago(moment, facts.now)}. The snippet was taken off, the page’s security policy has "
        "begun to block the script, or the site has no visitors."
    )
    title = f"No page has loaded the widget since {day(moment, facts.now)}"
    return Finding("sites", State.BAD, title, cause, fixes=(check_a_page(),), anchor="widget-does-not-appear")


def _gone_silent(facts: Facts) -> list[str]:
    """Sites that used to load the widget for more than a day; what only its makers can reach isn't one."""
    ends, begins = facts.now - SILENT, facts.now - GIVEN_UP
    return [
        host
        for host, site in facts.sites.items()
        if begins < site.last_at < ends
        and site.last_at - site.first_at > KNOWN
        and "." in host
        and not host.startswith("127.")
    ]


def _silent(facts: Facts, host: str) -> Finding:
    moment = facts.sites[host].last_at
    cause = "Other pages load it, so token and settings work: look at this site’s snippet and its security policy."
    title = f"The widget has not loaded on {host} since {day(moment, facts.now)}"
    return Finding("sites", State.WARN, title, cause, fixes=(check_a_page(),), anchor="widget-does-not-appear")


def _never_seen(facts: Facts) -> list[Finding]:
    plain = [entry.partition(":")[0] for entry in facts.listed if not entry.startswith("*") and "[" not in entry]
    missing = [host for host in plain if host not in facts.sites]
    if not missing:
        return []
    title = f"{named(missing)} {'is' if len(missing) == 1 else 'are'} allowed but not seen yet"
    cause = "No page there has loaded the widget."
    return [Finding("sites", State.NOTE, title, cause, fixes=(check_a_page(),), anchor="widget-does-not-appear")]
