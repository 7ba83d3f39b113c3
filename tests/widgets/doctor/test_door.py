"""B9: the widget doesn't appear. Each cause is made for real, is named with what mends it, and is gone once mended."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tests.widgets.doctor.looking import PAGE, look
from tests.widgets.door import Door, code_of
from tests.world import Company, signed_in
from tracking.models import WidgetEvent
from widgets import tokens
from widgets.models import AllowedDomain, FailedCalls, SiteSeen, WidgetToken

LOADED = {"sessionId": "s", "event": "widget_loaded", "timestamp": "2026-11-01T00:00:00Z"}


def load(door: Door, **headers: str) -> None:
    """A page loads the widget."""
    assert door.post("track", LOADED, **headers).status_code == 200


def test_b09_a_company_that_has_done_nothing_is_told_what_is_missing(acme: Company) -> None:
    page = look(acme.owner)
    assert page.find("No token opens your widget").fixes == {"Issue a token": "/settings/widget?tab=install"}
    assert page.find("No page has loaded the widget yet").fixes["Check the page"] == "#page"
    load(Door(acme))
    assert look(acme.owner).troubled == []
    assert look(acme.owner).is_well("Tokens are valid next expires in 30 days")


def test_b09_s02_pages_with_an_expired_token_are_named_with_the_token(acme: Company, globex: Company) -> None:
    door = Door(acme)
    load(Door(globex))
    WidgetToken.objects.filter(pk=door.row.pk).update(expires_at=timezone.now() - timedelta(days=3))
    door.row.refresh_from_db()
    door.token = tokens.sign(door.row)
    assert code_of(door.get("config")) == (401, "token_expired")
    tokens.issue(tenant=acme.tenant, label="Fresh")
    found = look(acme.owner).find("Pages with the token “Website” have no chat")
    assert "It expired 3 days ago. www.acme.com still uses it" in found.words
    assert "401 token_expired" in found.words
    assert found.fixes == {"Copy the snippet": "/settings/widget?tab=install"}
    assert "www.acme.com" not in look(globex.owner).text
    mended = Door(acme)
    load(mended)
    assert look(acme.owner).troubled == []


def test_b09_s02_a_revoked_token_that_is_still_on_a_page(acme: Company) -> None:
    door = Door(acme)
    load(door)
    tokens.revoke(door.row)
    code_of(door.get("config"))
    Door(acme)
    found = look(acme.owner).find("Pages with the token “Website” have no chat")
    assert "It was revoked just now" in found.words
    assert f"GET /api/widgets/{acme.tenant.pk}/config" in found.words


def test_b09_s02_a_token_in_use_that_ends_soon(acme: Company) -> None:
    door = Door(acme)
    load(door)
    WidgetToken.objects.update(expires_at=timezone.now() + timedelta(days=3), last_used_at=timezone.now())
    found = look(acme.owner).find("The token “Website” expires in 3 days")
    assert (found.state, found.fixes) == ("warn", {"Issue a token": "/settings/widget?tab=install"})
    WidgetToken.objects.update(last_used_at=timezone.now() - timedelta(days=30))
    assert look(acme.owner).troubled == []


def test_b09_s08_a_mistyped_token_on_a_page_and_strangers_who_try(acme: Company) -> None:
    load(Door(acme))
    broken = Door(acme, token="eyJhbGciOi", origin="https://shop.acme.example")
    code_of(broken.get("config"))
    found = look(acme.owner).find("Visitors of shop.acme.example see no widget")
    assert "401 token_invalid" in found.words
    load(Door(acme, origin="https://shop.acme.example"))
    assert look(acme.owner).troubled == []
    code_of(Door(acme, token="", origin=None).get("config"))
    assert "a stranger who tries" in look(acme.owner).note("Calls without a valid token were refused").words


def test_b09_s04_a_refused_site_is_allowed_by_one_press(acme: Company, globex: Company) -> None:
    AllowedDomain.objects.create(tenant=acme.tenant, domain="www.acme.example")
    load(Door(acme, origin="https://www.acme.example"))
    door = Door(acme)
    for _ in range(3):
        assert code_of(door.get("config")) == (403, "domain_not_authorized")
    page = look(acme.owner)
    found = page.find("Visitors of www.acme.com see no widget")
    assert "It shows your token “Website”, which anybody can copy off your pages." in found.words
    assert "3 refused calls" in found.words
    assert "www.acme.com" not in look(globex.owner).text
    assert found.sends == {"domain": "www.acme.com", "back": "doctor"}
    answer = signed_in(acme.owner).post(found.fixes["Allow the domain"], found.sends)
    assert answer["Location"] == PAGE
    assert look(acme.owner).is_well("Your sites may show the widget 2 listed")
    assert door.get("config").status_code == 200


def test_b09_s04_calls_that_name_no_site_are_no_alarm(acme: Company) -> None:
    AllowedDomain.objects.create(tenant=acme.tenant, domain="www.acme.com")
    load(Door(acme))
    code_of(Door(acme, origin=None).get("config"))
    found = look(acme.owner).note("Calls that name no site were refused")
    assert found.fixes == {"Open Behaviour": "/settings/widget?tab=behaviour"}


def test_b09_a_token_of_ours_at_somebody_elses_id(acme: Company, globex: Company) -> None:
    door = Door(acme)
    load(door)
    door.client.get(f"/api/widgets/{globex.tenant.pk}/config", headers=door.headers(Origin="https://new.acme.com"))
    found = look(acme.owner).find("new.acme.com asks for a wrong tenant id")
    assert f"Yours is {acme.tenant.pk}" in found.words
    assert str(globex.tenant.pk) not in look(acme.owner).text
    assert "new.acme.com" not in look(globex.owner).text
    load(door, Origin="https://new.acme.com")
    assert look(acme.owner).is_well("Pages ask for the right tenant id")


def test_b09_pages_that_fall_silent(acme: Company) -> None:
    load(Door(acme))
    load(Door(acme, origin="https://shop.acme.example"))
    ago = timezone.now() - timedelta(days=4)
    SiteSeen.objects.filter(host="shop.acme.example").update(last_at=ago)
    assert look(acme.owner).troubled == []  # who made a host up once is not missed
    SiteSeen.objects.filter(host="shop.acme.example").update(first_at=ago - timedelta(days=9))
    found = look(acme.owner).find("The widget has not loaded on shop.acme.example since")
    assert found.fixes == {"Check the page": "#page"}
    load(Door(acme, origin="https://shop.acme.example"))
    assert look(acme.owner).is_well("Pages load the widget 3 loads today")
    WidgetEvent.objects.update(day=(timezone.now() - timedelta(days=4)).date())
    SiteSeen.objects.update(last_at=ago)
    assert look(acme.owner).find("No page has loaded the widget since").state == "bad"


def test_b09_a_domain_that_is_allowed_but_was_never_seen(acme: Company) -> None:
    load(Door(acme))
    for domain in ("www.acme.com", "*.acme.org", "help.acme.example"):
        AllowedDomain.objects.create(tenant=acme.tenant, domain=domain)
    assert look(acme.owner).note("help.acme.example is allowed but not seen yet").state == "note"


def test_b09_what_was_refused_yesterday_is_over(acme: Company) -> None:
    load(Door(acme))
    code_of(Door(acme, token="nonsense", origin="https://shop.acme.example").get("config"))
    assert len(look(acme.owner).troubled) == 1
    ago = timezone.now() - timedelta(hours=25)
    FailedCalls.objects.update(last_at=ago, first_at=ago)
    assert look(acme.owner).troubled == []


def test_b09_a_flood_from_made_up_sites_stays_a_few_lines(acme: Company) -> None:
    AllowedDomain.objects.create(tenant=acme.tenant, domain="www.acme.com")
    load(Door(acme))
    for number in range(18):
        Door(acme, origin=f"https://site{number}.example").get("config")
        Door(acme, origin=f"https://site{number}.example", token="x").get("config")
    page = look(acme.owner)
    assert len(page.troubled) == 6
    assert "13 more sites were refused" in page.note("more sites").title
