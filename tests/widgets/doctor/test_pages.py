"""B9: a page of the tenant's own is looked at: is the snippet there, whole, ours, allowed? And pages that mean harm."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as conf
from django.utils import timezone

from tests.doubles.site import Answer, Site, Tripwire, redirect
from tests.waiting import wait_until
from tests.widgets.doctor.looking import PAGE, Seen, read
from tests.widgets.doctor.test_door import load
from tests.widgets.door import Door
from tests.world import Company, signed_in
from widgets import embed, tokens
from widgets.doctor.pages import fetching, office
from widgets.models import AllowedDomain, WidgetToken

CHECK = f"{PAGE}/page"
HX = {"HX-Request": "true"}


@pytest.fixture
def site(settings: Any) -> Iterator[Site]:
    """The company's site, which tests may reach although it is this machine."""
    settings.EGRESS_ALLOWED_HOSTS = frozenset({"127.0.0.1"})
    double = Site()
    yield double
    double.stop()


def examined(company: Company, url: str) -> tuple[list[Seen], list[str], str]:
    """Have a page looked at and wait: its findings, what is well, and the section as HTML."""
    client = signed_in(company.owner)
    answer = client.post(CHECK, {"url": url}, headers=HX)
    assert answer.status_code == 200, answer.content

    def done() -> str:
        shown = client.get(CHECK, headers=HX).content.decode()
        return "" if "every 1s" in shown else shown

    markup = wait_until(done)
    look = read(markup.replace('class="findings"', 'id="troubled"'))
    return look.troubled, look.passed or [line for line in [look.text] if "are right" in line], markup


def titles(company: Company, url: str) -> list[str]:
    return [one.title for one in examined(company, url)[0]]


def snippet(company: Company, token: str = "", **options: Any) -> str:
    token = token or tokens.issue(tenant=company.tenant, label="Website")[1]
    return embed.snippet(base_url=conf.PUBLIC_URL, tenant_id=company.tenant.pk, token=token, **options)


def html(body: str, **headers: str) -> Answer:
    return Answer(f"<!doctype html><title>Shop</title>{body}".encode(), headers=headers)


@pytest.mark.parametrize("form", list(embed.Form))
def test_b09_a_page_with_our_own_snippet_is_well(acme: Company, site: Site, form: embed.Form) -> None:
    site.pages["/"] = html(snippet(acme, form=form))
    found, passed, markup = examined(acme, f"{site.url}/")
    assert (found, len(passed)) == ([], 1)
    assert "answered 200 in" in markup


def test_b09_without_a_snippet_it_is_said_so_and_where_it_is(acme: Company, site: Site) -> None:
    site.pages["/"] = html("<p>renderWebWidget is a word here</p>")
    assert titles(acme, f"{site.url}/") == ["The snippet isn’t on the page"]
    site.pages["/"] = html(f"<!-- {snippet(acme)} -->")
    assert titles(acme, f"{site.url}/") == ["The snippet is commented out"]
    site.pages["/"] = html(f"<textarea>{snippet(acme)}</textarea>")
    assert titles(acme, f"{site.url}/") == ["The snippet isn’t on the page"]
    load(Door(acme, origin=site.url))
    assert "a tag manager or a script of yours" in examined(acme, f"{site.url}/")[0][0].words


def test_b09_wrong_options_are_named(acme: Company, site: Site) -> None:
    text = snippet(acme)
    site.pages["/"] = html(text.replace(str(acme.tenant.pk), "your-tenant-id"))
    found = examined(acme, f"{site.url}/")[0]
    assert [one.title for one in found] == ["The “tenantId” is wrong"]
    assert f"Yours is {acme.tenant.pk}" in found[0].words
    site.pages["/"] = html(text.replace(f'apiUrl: "{conf.PUBLIC_URL}"', 'apiUrl: "https://api.yourdomain.com"'))
    assert titles(acme, f"{site.url}/") == ["The “apiUrl” leads elsewhere"]
    site.pages["/"] = html(text.replace("/web-widget.js", "/widget.js"))
    assert titles(acme, f"{site.url}/") == ["The script isn’t loaded"]
    site.pages["/"] = html(text.replace(f"{conf.PUBLIC_URL}/web-widget.js", "https://cdn.example/web-widget.js"))
    assert titles(acme, f"{site.url}/") == ["The script comes from elsewhere"]
    site.pages["/"] = html("<script>renderWebWidget({})</script>")
    assert len(titles(acme, f"{site.url}/")) == 4


def test_b09_tokens_on_the_page_are_told_apart(acme: Company, globex: Company, site: Site) -> None:
    row, token = tokens.issue(tenant=acme.tenant, label="Website")
    theirs = tokens.issue(tenant=globex.tenant, label="Secret label of Globex")[1]

    def shows(token: str) -> Seen:
        site.pages["/"] = html(snippet(acme, token))
        found, _, markup = examined(acme, f"{site.url}/")
        assert token not in markup
        assert "Globex" not in markup
        assert str(globex.tenant.pk) not in markup
        assert len(found) == 1
        return found[0]

    assert shows(token[:-3]).title == "The token is invalid"
    assert shows("your-widget-token").title == "The token is invalid"
    assert shows(theirs).title == "The token isn’t yours"
    WidgetToken.objects.filter(pk=row.pk).update(expires_at=timezone.now() + timedelta(days=2))
    assert shows(token).title == "The token ends soon"
    WidgetToken.objects.filter(pk=row.pk).update(expires_at=timezone.now() - timedelta(days=2))
    assert "“Website” expired 2 days ago" in shows(token).words
    tokens.revoke(row)
    assert shows(token).title == "The token is revoked"


def test_b09_a_site_that_isnt_allowed_is_allowed_by_one_press(acme: Company, site: Site) -> None:
    AllowedDomain.objects.create(tenant=acme.tenant, domain="www.acme.example")
    site.pages["/"] = html(snippet(acme))
    found = examined(acme, f"{site.url}/")[0]
    assert [one.title for one in found] == ["127.0.0.1 may not show the widget"]
    signed_in(acme.owner).post(found[0].fixes["Allow the domain"], found[0].sends)
    assert titles(acme, f"{site.url}/") == []


def test_b09_s03_a_security_policy_is_told_with_the_source_to_add(acme: Company, site: Site) -> None:
    policy = "default-src 'self'; script-src 'self' 'unsafe-inline'"
    site.pages["/"] = html(snippet(acme), **{"Content-Security-Policy": policy})
    found = examined(acme, f"{site.url}/")[0]
    assert [one.title for one in found] == [
        "The page’s security policy blocks the widget’s script",
        "The page’s security policy blocks the widget’s calls",
    ]
    script, connect = (
        f"script-src 'self' 'unsafe-inline' {conf.PUBLIC_URL}",
        f"connect-src 'self' {conf.PUBLIC_URL}",
    )
    assert script in found[0].words
    assert connect in found[1].words
    site.pages["/"] = html(snippet(acme), **{"Content-Security-Policy": f"default-src 'self'; {script}; {connect}"})
    assert titles(acme, f"{site.url}/") == []


def test_b09_s03_an_inline_snippet_needs_a_nonce_or_its_hash(acme: Company, site: Site) -> None:
    rest = f"connect-src {conf.PUBLIC_URL}"
    text = snippet(acme)
    meta = f'<meta http-equiv="Content-Security-Policy" content="script-src {conf.PUBLIC_URL}; {rest}">'
    site.pages["/"] = html(meta + text)
    found = examined(acme, f"{site.url}/")[0]
    assert [one.title for one in found] == ["The page’s security policy blocks the snippet itself"]
    inline = text.partition(">")[2].rpartition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in found[0].words
    allowed = f"script-src {conf.PUBLIC_URL} 'sha256-{digest}'; {rest}"
    site.pages["/"] = html(text, **{"Content-Security-Policy": allowed})
    assert titles(acme, f"{site.url}/") == []
    nonce = {"Content-Security-Policy": f"script-src 'nonce-abc' 'strict-dynamic'; {rest}"}
    site.pages["/"] = html(snippet(acme, nonce="abc"), **nonce)
    assert titles(acme, f"{site.url}/") == []
    site.pages["/"] = html(snippet(acme), **nonce)
    assert len(titles(acme, f"{site.url}/")) == 2


def test_b09_only_admins_have_pages_looked_at(acme: Company, site: Site) -> None:
    for member in (acme.agent, acme.manager):
        assert signed_in(member).post(CHECK, {"url": site.url}).status_code == 403
    assert site.asked == []


def test_b09_what_is_found_stays_this_companys_and_is_in_its_report(acme: Company, globex: Company, site: Site) -> None:
    site.pages["/only-acme"] = html("")
    examined(acme, f"{site.url}/only-acme")
    page = signed_in(acme.owner).get(PAGE).content.decode()
    assert "/only-acme" in page
    assert "[bad] page: The snippet isn’t on the page" in page
    assert "/only-acme" not in signed_in(globex.owner).get(PAGE).content.decode()
    assert "/only-acme" not in signed_in(acme.agent).get(PAGE).content.decode()


# --- Pages and addresses that mean harm -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter the address of a page"),
        ("http://www.acme.example/", "starts with https://"),
        ("https://127.0.0.2/", "private or reserved"),
        ("https://169.254.169.254/latest/meta-data", "private or reserved"),
        ("https://[::1]/", "private or reserved"),
        ("https://0x7f000001/", "no public host name"),
        ("https://localhost/", "no public host name"),
        ("https://user:secret@www.acme.example/", "Leave user names and passwords out"),
        ("ftp://www.acme.example/", "starts with https://"),
        ("javascript:alert(1)", ""),
        ("https://" + "a" * 3000, "too long"),
    ],
)
def test_b09_addresses_that_arent_public_are_refused_at_once(acme: Company, typed: str, words: str) -> None:
    answer = signed_in(acme.owner).post(CHECK, {"url": typed}, headers=HX)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert office.last(acme.tenant.pk) is None


def test_b09_a_page_cant_lead_on_to_a_private_address(acme: Company, site: Site) -> None:
    trap = Tripwire()
    try:
        site.pages["/"] = redirect(f"http://{trap.address}/")
        assert titles(acme, f"{site.url}/") == ["The page can’t be looked at"]
        assert not trap.touched()
    finally:
        trap.close()


def hostile() -> dict[str, Answer]:
    bomb = gzip.compress(b"<p>" * (80 * 1024 * 1024 // 3))
    unclosed = b"<script" * 200_000 + b"<!--" * 100_000
    return {
        "/huge": Answer(b"<!doctype html>" + b"<p>x" * (6 * 1024 * 1024 // 4)),
        "/bomb": Answer(bomb, headers={"Content-Encoding": "gzip"}),
        "/no-gzip": Answer(b"plain", headers={"Content-Encoding": "gzip"}),
        "/loop": redirect("/loop"),
        "/nowhere": redirect("http://[::1"),
        "/unclosed": Answer(b"<!doctype html>" + unclosed),
        "/quotes": Answer(b"<!doctype html><meta " + b"a='" * 500_000),
        "/options": Answer(b"<!doctype html><script>renderWebWidget(" + b"tenantId: '" * 150_000),
        "/policies": Answer(
            b"<!doctype html>" + b'<meta http-equiv=content-security-policy content="' + b"a b," * 4000 + b'">',
            headers={"Content-Security-Policy": "," * 4000},
        ),
        "/not-html": Answer(b"%PDF-1.7", content_type="application/pdf"),
        "/gone": Answer(b"", 410),
        "/charset": Answer(b"<!doctype html>\xff\xfe", content_type="text/html; charset=no-such-thing"),
    }


@pytest.mark.parametrize("path", sorted(hostile()))
def test_b09_pages_made_to_hurt_come_to_one_sentence(acme: Company, site: Site, path: str) -> None:
    site.pages.update(hostile())
    found = examined(acme, f"{site.url}{path}")[0]
    assert len(found) <= 5
    assert found[0].words


def test_b09_scripts_in_titles_addresses_and_options_are_only_text(acme: Company, site: Site) -> None:
    evil = "<img src=x onerror=alert(1)>"
    site.pages.update({
        "/": redirect("/%3Cscript%3E?<script>alert(1)</script>"),
        "/%3Cscript%3E?%3Cscript%3Ealert(1)%3C/script%3E": html(
            f"<title>{evil}</title>" + snippet(acme, "x").replace(str(acme.tenant.pk), evil)
        ),
    })  # fmt: skip
    _, _, markup = examined(acme, f"{site.url}/")
    assert "<script>alert" not in markup
    assert "<img" not in markup


def test_b09_a_page_that_takes_too_long_is_given_up(acme: Company, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    site.pages["/"] = Answer(b"x" * 1000, drips=True)
    assert "took longer than 0.5 seconds" in examined(acme, f"{site.url}/")[0][0].words


def test_b09_two_presses_make_one_look_and_a_lost_one_is_said(
    acme: Company, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/"] = Answer(b"x" * 1000, drips=True)
    monkeypatch.setattr(fetching, "SECONDS", 2.0)
    first = office.ask(acme.tenant.pk, f"{site.url}/")
    assert office.ask(acme.tenant.pk, f"{site.url}/other").id == first.id
    shown = signed_in(acme.owner).get(CHECK, headers=HX).content.decode()
    assert "every 1s" in shown
    assert "Looking…" in shown
    monkeypatch.setattr(office, "LOST_AFTER", timedelta(0))
    assert "was cut off" in signed_in(acme.owner).get(CHECK, headers=HX).content.decode()


def test_b09_a_cache_that_is_down_takes_only_the_box_along(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_down() -> None:
        raise ConnectionError("no Redis")

    monkeypatch.setattr(office.counters, "shared", is_down)
    client = signed_in(acme.owner)
    assert "No token opens your widget" in client.get(PAGE).content.decode()
    answer = client.post(CHECK, {"url": "https://www.acme.example/"}, headers=HX)
    assert (answer.status_code, "our cache doesn’t answer" in answer.content.decode()) == (422, True)


def test_b09_a_company_cant_have_the_web_searched(acme: Company, site: Site) -> None:
    site.pages["/"] = html("")
    client = signed_in(acme.owner)
    codes = []
    for _ in range(office.A_MINUTE + 1):
        codes.append(client.post(CHECK, {"url": f"{site.url}/"}, headers=HX).status_code)
        wait_until(lambda: not office.last(acme.tenant.pk).is_running)
    assert codes == [200] * office.A_MINUTE + [422]
