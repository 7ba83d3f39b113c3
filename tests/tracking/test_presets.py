"""S18, S19: the preset registry, the static templates and the Tag Manager container."""

from __future__ import annotations

import html

import pytest
from django.test import Client

from tenants.models import Role
from tests.world import bearer, signed_in
from tracking import presets, snippets

TAB = "/settings/widget?tab=tracking"


def test_s19_the_registry_is_what_the_page_falls_back_on(acme):
    answer = Client().get("/api/tracking/presets", headers=bearer(acme.admin))
    assert answer.json() == presets.registry()
    assert [preset["key"] for preset in answer.json()["presets"]] == list(presets.PRESETS)
    assert answer.json()["parameters"] == {
        "autochat_event_type": "event_type",
        "autochat_event_id": "event_id",
        "autochat_trigger_source": "trigger_source",
        "autochat_scope": "scope",
    }


@pytest.mark.parametrize(("role", "status"), [(Role.OWNER, 200), (Role.ADMIN, 200), (Role.MANAGER, 403)])
def test_d14_the_registry_is_for_admins(acme, role, status):
    assert Client().get("/api/tracking/presets", headers=bearer(acme.member(role))).status_code == status


def test_s18_each_place_has_a_static_template_to_copy(acme):
    page = html.unescape(signed_in(acme.admin).get(TAB).content.decode())
    for template in snippets.templates():
        assert template.title in page
        assert template.text in page


def test_s18_the_container_has_one_trigger_and_eight_variables(acme):
    answer = signed_in(acme.admin).get("/settings/widget/tracking/container.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="autochat-gtm-container.json"'
    version = answer.json()["containerVersion"]
    assert (len(version["trigger"]), len(version["variable"])) == (1, 8)
    read = [
        part["value"] for variable in version["variable"] for part in variable["parameter"] if part["key"] == "name"
    ]
    assert read == list(snippets.DATA_LAYER)
    assert signed_in(acme.agent).get("/settings/widget/tracking/container.json").status_code == 403
