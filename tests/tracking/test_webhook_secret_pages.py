"""P8: a webhook's secret is shown once, and no reload, double click or second rotation costs anybody deliveries."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone

from tests.tracking.endpoints import RATED, make_signed_endpoint, url
from tests.world import signed_in
from tracking.models import WebhookEndpoint
from tracking.webhook_secrets import open_secrets


def secrets_on(page) -> list[str]:
    return re.findall(r">(whsec_[\w+/=]+)<", page.content.decode())


def test_p08_adding_leads_to_a_page_that_shows_the_secret_until_it_is_loaded_again(admin, acme):
    added = admin.post(url("new"), {"url": "https://hooks.example.com/in", "events": [RATED]})
    endpoint = WebhookEndpoint.objects.get()
    assert (added.status_code, added.url) == (302, url("endpoint", endpoint.pk))
    page = admin.get(added.url)
    assert secrets_on(page) == open_secrets(endpoint, timezone.now())
    assert "no-store" in page["Cache-Control"]
    assert secrets_on(admin.get(added.url)) == []
    assert WebhookEndpoint.objects.count() == 1


def test_p08_rotating_leads_to_the_new_secret_and_warns_of_a_second_time(admin, acme):
    endpoint, first = make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
    page = url("endpoint", endpoint.pk)
    assert "stops signing at once" not in admin.get(page).content.decode()
    assert admin.post(url("rotation", endpoint.pk)).url == page
    shown = admin.get(page)
    (second,) = secrets_on(shown)
    assert second != first
    assert "stops signing at once" in shown.content.decode()
    assert secrets_on(admin.get(page)) == []


def test_p08_another_admin_never_sees_what_was_shown_to_the_first(admin, acme, globex):
    endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
    other, _ = make_signed_endpoint(acme.tenant, "https://other.example.com/in")
    admin.post(url("rotation", endpoint.pk))
    assert secrets_on(signed_in(acme.owner).get(url("endpoint", endpoint.pk))) == []
    assert secrets_on(admin.get(url("endpoint", other.pk))) == []
    assert signed_in(globex.owner).get(url("endpoint", endpoint.pk)).status_code == 404
    assert secrets_on(admin.get(url("endpoint", endpoint.pk))) != []


def test_p08_an_overlap_that_is_over_is_not_told_of(admin, acme):
    endpoint, _ = make_signed_endpoint(acme.tenant, "https://hooks.example.com/in")
    for hours, is_told in ((1, True), (-1, False)):
        endpoint.previous_until = timezone.now() + timedelta(hours=hours)
        endpoint.save()
        shown = admin.get(url("endpoint", endpoint.pk)).content.decode()
        assert ("The old one signs until" in shown) is is_told
