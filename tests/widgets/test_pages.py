"""D1, D5, S2, S4 on the pages: Settings → Chat Widget."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tenants import tokens as signed
from tenants.models import Role
from tests.reading import plain_of
from tests.widgets.door import Door
from tests.world import signed_in
from widgets import embed, tokens
from widgets.models import AllowedDomain, WidgetSettings, WidgetToken

PAGE = "/settings/widget"
TABS = ["appearance", "behaviour", "install", "domains", "tracking", "playground"]
APPEARANCE = {
    "name": "Acme help",
    "primary_color": "#112233",
    "position": "top-left",
    "theme": "dark",
    "locale": "de",
    "greeting_message": "Ahoy",
    "avatar_url": "acme.example/a.png",
    "header_logo_url": "",
    "header_wordmark_url": "",
}


@pytest.mark.parametrize("tab", TABS)
def test_d14_the_tabs_are_for_admins_and_owners(acme, tab):
    for role in (Role.ADMIN, Role.OWNER):
        assert signed_in(acme.member(role)).get(PAGE, {"tab": tab}).status_code == 200
    for role in (Role.MANAGER, Role.AGENT):
        assert signed_in(acme.member(role)).get(PAGE, {"tab": tab}).status_code == 403
    assert Client().get(PAGE, {"tab": tab}).status_code == 302


def test_an_unknown_tab_is_the_install_tab(acme):
    for query in ({}, {"tab": "nothing"}):
        assert 'aria-current="page">Install<' in plain_of(signed_in(acme.admin).get(PAGE, query))


def test_s01_the_install_tab_shows_the_newest_valid_snippet(acme):
    client = signed_in(acme.admin)
    assert "No token is valid" in plain_of(client.get(PAGE))
    old, old_token = tokens.issue(tenant=acme.tenant, label="Old")
    WidgetToken.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=1))
    _, token = tokens.issue(tenant=acme.tenant, label="New")
    expected = embed.snippet(base_url=settings.PUBLIC_URL, tenant_id=acme.tenant.pk, token=token)
    page = plain_of(client.get(PAGE))
    assert expected in page
    assert "Not seen yet" in page
    classic = plain_of(client.get(PAGE, {"form": "classic"}))
    assert "ChatWidget.renderWebWidget" in classic
    chosen = plain_of(client.get(PAGE, {"token": str(old.pk)}))
    assert tokens.sign(WidgetToken.objects.get(pk=old.pk)) in chosen
    assert old_token not in page


def test_s02_a_token_is_issued_and_revoked(acme):
    client = signed_in(acme.admin)
    response = client.post(f"{PAGE}/tokens", {"label": "Website", "days": "7"}, follow=True)
    row = WidgetToken.objects.get()
    assert row.expires_at - row.created_at == timedelta(days=7)
    assert tokens.sign(row) in plain_of(response)
    assert "The token “Website” is issued." in plain_of(response)
    response = client.post(f"{PAGE}/tokens/{row.pk}/revocation", follow=True)
    assert "The token “Website” is revoked." in plain_of(response)
    row.refresh_from_db()
    assert row.revoked_at is not None


@pytest.mark.parametrize(
    "form", [{}, {"label": "", "days": "7"}, {"label": "x" * 81, "days": "7"}, {"label": "Website", "days": "9999"}]
)
def test_s02_a_token_that_makes_no_sense_is_not_issued(acme, form):
    response = signed_in(acme.admin).post(f"{PAGE}/tokens", form, follow=True)
    assert "The token needs a label" in plain_of(response)
    assert WidgetToken.objects.count() == 0


def test_s02_the_install_tab_tells_where_the_widget_was_seen_and_what_ends_soon(acme):
    client, door = signed_in(acme.admin), Door(acme)
    door.get("config")
    assert "The widget is on your site" in plain_of(client.get(PAGE))
    assert "www.acme.com" in plain_of(client.get(PAGE))
    WidgetToken.objects.filter(pk=door.row.pk).update(expires_at=timezone.now() + timedelta(days=3))
    assert "A token that is in use ends soon" in plain_of(client.get(PAGE))


def test_s04_a_domain_is_added_and_removed(acme):
    client = signed_in(acme.admin)
    assert "Every site may use your tokens" in plain_of(client.get(PAGE, {"tab": "domains"}))
    response = client.post(f"{PAGE}/domains", {"domain": "https://www.acme.com/shop"}, follow=True)
    assert "www.acme.com may show the widget." in plain_of(response)
    row = AllowedDomain.objects.get()
    assert (row.domain, row.tenant) == ("www.acme.com", acme.tenant)
    again = client.post(f"{PAGE}/domains", {"domain": "WWW.acme.com"})
    assert (again.status_code, "This domain is on the list." in plain_of(again)) == (422, True)
    client.post(f"{PAGE}/domains/{row.pk}/removal")
    assert AllowedDomain.objects.count() == 0


def test_s04_what_is_no_domain_comes_back_with_the_reason(acme):
    response = signed_in(acme.admin).post(f"{PAGE}/domains", {"domain": "*.com"})
    assert response.status_code == 422
    assert "*.com would allow every site under .com." in plain_of(response)
    assert 'value="*.com"' in plain_of(response)


def test_s04_a_site_that_was_turned_away_is_offered(acme):
    AllowedDomain.objects.create(tenant=acme.tenant, domain="www.acme.com")
    door = Door(acme, origin="https://shop.acme.com")
    for _ in range(3):
        assert door.get("config").status_code == 403
    client = signed_in(acme.admin)
    page = plain_of(client.get(PAGE, {"tab": "domains"}))
    assert "turned away 3 times" in page
    client.post(f"{PAGE}/domains", {"domain": "shop.acme.com"})
    assert door.get("config").status_code == 200
    assert "turned away" not in plain_of(client.get(PAGE, {"tab": "domains"}))


def test_s04_before_the_first_entry_the_sites_in_use_are_offered(acme):
    Door(acme).get("config")
    assert "Allow it: www.acme.com" in plain_of(signed_in(acme.admin).get(PAGE, {"tab": "domains"}))


def test_d01_what_is_set_is_what_the_widget_gets(acme):
    client = signed_in(acme.admin)
    response = client.post(f"{PAGE}?tab=appearance", APPEARANCE, follow=True)
    assert "Saved." in plain_of(response)
    config = Door(acme).get("config").json()["config"]
    assert (config["name"], config["widget"]["primaryColor"]) == ("Acme help", "#112233")
    assert (config["widget"]["position"], config["widget"]["theme"]) == ("top-left", "dark")
    assert (config["widget"]["avatarUrl"], config["widget"]["showBranding"]) == ("https://acme.example/a.png", False)


@pytest.mark.parametrize(
    "change", [{"primary_color": "red"}, {"avatar_url": "javascript:alert(1)"}, {"position": "up"}, {"locale": "xx"}]
)
def test_d01_what_makes_no_sense_comes_back(acme, change):
    response = signed_in(acme.admin).post(f"{PAGE}?tab=appearance", APPEARANCE | change)
    assert response.status_code == 422
    assert 'class="error"' in plain_of(response)
    assert not WidgetSettings.objects.filter(tenant=acme.tenant).exists()


def test_d02_the_form_before_the_first_message_is_chosen(acme):
    form = {"prechat_required": ["name", "email"], "human_only": "on", "voice_number": "+44 20 7946 0018"}
    assert signed_in(acme.admin).post(f"{PAGE}?tab=behaviour", form).status_code == 302
    config = Door(acme).get("config").json()["config"]
    assert (config["prechat"], config["assistantId"]) == ({"required": ["name", "email"]}, None)


def test_d05_the_playground_runs_the_real_widget_and_shows_the_snippet(acme):
    client = signed_in(acme.admin)
    assert "No token is valid" in plain_of(client.get(PAGE, {"tab": "playground"}))
    row, token = tokens.issue(tenant=acme.tenant, label="Website")
    page = plain_of(client.get(PAGE, {"tab": "playground"}))
    assert embed.snippet(base_url=settings.PUBLIC_URL, tenant_id=acme.tenant.pk, token=token) in page
    frame = client.get(f"{PAGE}/preview")
    assert (frame["X-Frame-Options"], "frame-ancestors 'self'" in frame["Content-Security-Policy"]) == (
        "SAMEORIGIN",
        True,
    )
    options = json.loads(re.search(r'id="widget-options"[^>]*>(.*?)</script>', frame.content.decode()).group(1))
    assert options["tenantId"] == str(acme.tenant.pk)
    claims = signed.read(options["token"], "widget")
    assert (claims["preview"], claims["jti"]) == (True, row.jti.hex)


def test_d14_the_preview_is_for_admins(acme):
    assert signed_in(acme.agent).get(f"{PAGE}/preview").status_code == 403


def test_strangers_rows_are_not_found(acme, globex):
    row, _ = tokens.issue(tenant=globex.tenant, label="Website")
    domain = AllowedDomain.objects.create(tenant=globex.tenant, domain="globex.com")
    client = signed_in(acme.owner)
    assert client.post(f"{PAGE}/tokens/{row.pk}/revocation").status_code == 404
    assert client.post(f"{PAGE}/domains/{domain.pk}/removal").status_code == 404
    assert "globex.com" not in plain_of(client.get(PAGE, {"tab": "domains"}))
    assert tokens.sign(row) not in plain_of(client.get(PAGE, {"token": str(row.pk)}))
    row.refresh_from_db()
    assert row.revoked_at is None
    assert AllowedDomain.objects.filter(pk=domain.pk).exists()


@pytest.mark.parametrize("path", ["tokens", "domains", "tokens/{id}/revocation", "domains/{id}/removal"])
def test_d14_only_admins_change_anything(acme, path):
    row, _ = tokens.issue(tenant=acme.tenant, label="Website")
    url = f"{PAGE}/{path.format(id=row.pk)}"
    assert signed_in(acme.manager).post(url, {"label": "x", "days": "7", "domain": "x.com"}).status_code == 403
    assert signed_in(acme.admin).get(url).status_code == 405
    assert (WidgetToken.objects.filter(revoked_at=None).count(), AllowedDomain.objects.count()) == (1, 0)


def _queries(client, tab):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(PAGE, {"tab": tab})
    return len(queries)


@pytest.mark.parametrize("tab", ["install", "domains"])
def test_pages_take_as_many_queries_for_three_rows_as_for_one(acme, tab):
    client, counts = signed_in(acme.admin), []
    for number in range(3):
        row, _ = tokens.issue(tenant=acme.tenant, label=str(number))
        WidgetToken.objects.filter(pk=row.pk).update(last_used_at=timezone.now(), last_origin=f"{number}.acme.com")
        AllowedDomain.objects.create(tenant=acme.tenant, domain=f"{number}.acme.com")
        counts.append(_queries(client, tab))
    assert counts[0] == counts[2]


def test_names_are_shown_as_they_are_written(acme):
    tokens.issue(tenant=acme.tenant, label="<b>Bold</b> & “quoted”")
    page = signed_in(acme.admin).get(PAGE).content.decode()
    assert "<b>Bold</b>" not in page
    assert "&lt;b&gt;Bold&lt;/b&gt;" in page
