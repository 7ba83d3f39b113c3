"""S15–S18: who sees the builder, and what it makes of a choice."""

from __future__ import annotations

import html

import pytest

from tenants import grain
from tenants.models import Role
from tests.world import signed_in
from tracking import builder, snippets
from tracking.models import EventType

TAB = "/settings/widget?tab=tracking"
SNIPPET = "/settings/widget/tracking/snippet"
TRIAL = "/settings/widget/tracking/trial"
CHOICE = {"preset": ["ga4"], "outcome": ["autochat.lead_qualified.v1"]}
BUILDER, GATE = "Guided Snippet Builder", "Publicly closed"
TEMPLATES, HEALTH = "Static templates", "Widget Tracking Health"


def page_of(who):
    return html.unescape(signed_in(who).get(TAB).content.decode())


def sees(who):
    page = page_of(who)
    assert (TEMPLATES in page, HEALTH in page) == (True, True)  # S18: whatever the gate says
    return [part for part in (BUILDER, GATE) if part in page]


@pytest.mark.parametrize("scope", ["tenant", "platform"])
def test_s15_the_builder_is_open_until_grain_closes_it_and_again_when_the_key_is_gone(acme, scope):
    tenant = acme.tenant if scope == "tenant" else None
    assert sees(acme.admin) == [BUILDER]
    grain.put(builder.GRAIN, False, tenant=tenant)
    assert sees(acme.admin) == []
    grain.put(builder.GRAIN, True, tenant=tenant)
    assert sees(acme.admin) == [BUILDER]
    grain.put(builder.GRAIN, False, tenant=tenant)
    grain.remove(builder.GRAIN, tenant=tenant)
    assert sees(acme.admin) == [BUILDER]


def test_s15_closed_for_one_it_stays_open_for_another(acme, globex):
    grain.put(builder.GRAIN, False, tenant=acme.tenant)
    assert (sees(acme.admin), sees(globex.admin)) == ([], [BUILDER])


def test_s17_a_platform_admin_sees_the_closed_builder_under_a_gate_banner(acme, globex):
    for who in (acme.owner, globex.agent):
        who.user.is_staff = True
        who.user.save()
    assert sees(acme.owner) == [BUILDER]
    grain.put(builder.GRAIN, False)
    assert sees(acme.owner) == [BUILDER, GATE]
    assert signed_in(acme.owner).get(SNIPPET, CHOICE).status_code == 200


def test_s15_what_is_hidden_answers_nobody(acme):
    client = signed_in(acme.admin)
    assert [client.get(path, CHOICE).status_code for path in (SNIPPET, TRIAL)] == [200, 200]
    grain.put(builder.GRAIN, False)
    assert [client.get(path, CHOICE).status_code for path in (SNIPPET, TRIAL)] == [404, 404]
    assert client.get("/settings/widget/tracking/container.json").status_code == 200  # a static template


def test_d14_only_admins_build(acme):
    for role, status in ((Role.ADMIN, 200), (Role.MANAGER, 403), (Role.AGENT, 403)):
        client = signed_in(acme.member(role))
        assert [client.get(path, CHOICE).status_code for path in (SNIPPET, TRIAL)] == [status, status]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"preset": []}, "Choose at least one place."),
        ({"preset": ["ga5"]}, "ga5 is not one of the available choices"),
        ({"outcome": []}, "Choose at least one outcome."),
        ({"name": "2nd"}, "Begin with a letter"),
        ({"name": "a b"}, "Begin with a letter"),
        ({"name": "ga_chat"}, "Google keeps names"),
        ({"name": "</script>"}, "Begin with a letter"),
    ],
)
def test_d17_a_choice_that_makes_no_sense_says_why(acme, change, words):
    client = signed_in(acme.admin)
    answer = html.unescape(client.get(SNIPPET, CHOICE | change).content.decode())
    assert words in answer
    assert "<script" not in answer
    assert client.get(TRIAL, CHOICE | change).status_code == 422


def test_s16_the_tab_has_a_link_of_its_own_in_the_rail(acme):
    client = signed_in(acme.admin)
    link = f'<a href="{TAB}" aria-current="page" data-go="t" title="Tracking">'
    settings = '<a href="/settings/widget" aria-current="page" data-go="s"'
    page, install = client.get(TAB).content.decode(), client.get("/settings/widget").content.decode()
    assert (link in page, settings in page) == (True, False)
    assert (link in install, settings in install) == (False, True)
    assert TAB not in signed_in(acme.agent).get("/inbox").content.decode()


def test_d17_the_builder_writes_what_was_chosen(acme):
    answer = signed_in(acme.admin).get(SNIPPET, {"preset": ["plausible", "ga4"], "outcome": EventType.values})
    page = html.unescape(answer.content.decode())
    assert snippets.snippet(snippets.Choice(("ga4", "plausible"))) in page
    assert "GA4 and Plausible: paste it after their snippets" in page


def test_b02_the_tests_page_needs_a_token_and_says_so(acme):
    assert "No token is valid" in signed_in(acme.admin).get(TRIAL, CHOICE).content.decode()
