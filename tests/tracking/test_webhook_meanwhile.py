"""P8: two who change one endpoint at once: the second is told, loses nothing typed, and sees what the first did."""

from __future__ import annotations

import html
import re
import threading

import pytest
from django.db import connection
from django.test import Client

from tests.tracking.endpoints import RATED, make_signed_endpoint, url
from tests.world import signed_in
from tracking import webhooks
from tracking.models import WebhookEndpoint

ADDRESS, OTHER = "https://hooks.example.com/in", "https://hooks.example.com/other"
MEANWHILE = "This endpoint was saved meanwhile"


@pytest.fixture
def endpoint(acme) -> WebhookEndpoint:
    return make_signed_endpoint(acme.tenant, ADDRESS, description="CRM")[0]


def opened(client: Client, endpoint: WebhookEndpoint) -> dict[str, object]:
    """What the page's form would send if nothing were typed."""
    return _form(client.get(url("endpoint", endpoint.pk)).content.decode())


def _form(page: str) -> dict[str, object]:
    form = re.search(r"<form[^>]*data-guard.*?</form>", page, re.DOTALL)
    assert form
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        parts = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if parts.get("type") != "checkbox" or " checked" in tag:
            sent.setdefault(parts["name"], []).append(parts.get("value", ""))
    return dict(sent)


def save(client: Client, endpoint: WebhookEndpoint, form: dict[str, object]) -> tuple[int, str]:
    answer = client.post(url("endpoint", endpoint.pk), form)
    return answer.status_code, html.unescape(answer.content.decode())


def test_p08_the_second_to_save_is_told_what_the_first_changed(acme, admin, endpoint):
    owner = signed_in(acme.owner)
    first, second = opened(admin, endpoint), opened(owner, endpoint)
    assert save(admin, endpoint, first | {"url": OTHER, "events": [RATED, "message.created"]})[0] == 302
    status, page = save(owner, endpoint, second | {"description": "Our CRM", "events": ["conversation.created"]})
    assert status == 409
    assert MEANWHILE in page
    assert f"The address is {OTHER} now." in page
    assert "Now chosen: Message created." in page
    assert "The description" not in page
    assert "data-dirty" in page
    kept = _form(page)
    assert (kept["url"], kept["description"], kept["events"]) == ([ADDRESS], ["Our CRM"], ["conversation.created"])
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.description, endpoint.events) == (OTHER, "CRM", [RATED, "message.created"])
    assert save(owner, endpoint, kept)[0] == 302
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.description, endpoint.events) == (ADDRESS, "Our CRM", ["conversation.created"])


def test_p08_what_is_wrong_is_said_first_and_the_conflict_is_not_forgotten(acme, admin, endpoint):
    form = opened(admin, endpoint)
    webhooks.change_endpoint(endpoint, description="Sales")
    status, page = save(admin, endpoint, form | {"url": "https://10.0.0.1/"})
    assert (status, MEANWHILE in page) == (422, False)
    status, page = save(admin, endpoint, _form(page) | {"url": OTHER})
    assert (status, MEANWHILE in page) == (409, True)
    assert "The description is “Sales” now." in page


def test_p08_pausing_and_rotating_are_no_other_version_of_the_form(admin, endpoint):
    form = opened(admin, endpoint)
    admin.post(url("status", endpoint.pk), {"status": "paused"})
    admin.post(url("rotation", endpoint.pk))
    assert save(admin, endpoint, form | {"description": "Our CRM"})[0] == 302
    endpoint.refresh_from_db()
    assert (endpoint.status, endpoint.description) == ("paused", "Our CRM")


def test_p08_saving_the_same_twice_is_no_conflict(admin, endpoint):
    form = opened(admin, endpoint) | {"description": "Our CRM"}
    assert [save(admin, endpoint, form)[0] for _ in range(2)] == [302, 302]


def test_p08_who_says_nothing_of_what_was_seen_saves_as_ever(admin, endpoint):
    webhooks.change_endpoint(endpoint, description="Sales")
    assert save(admin, endpoint, {"url": OTHER, "events": [RATED], "description": ""})[0] == 302


@pytest.mark.parametrize(("page", "sent"), [("rotation", {}), ("status", {"status": "paused"}), ("removal", {})])
def test_p08_what_was_deleted_in_this_very_moment_is_not_found(admin, endpoint, page, sent):
    """Between the look at it and the lock."""

    def delete_first(execute, sql, params, many, context):
        if "FOR UPDATE" in sql and WebhookEndpoint._meta.db_table in sql:
            WebhookEndpoint.objects.all().delete()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(delete_first):
        assert admin.post(url(page, endpoint.pk), sent).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_p08_of_many_who_save_at_once_one_wins(acme, endpoint):
    seen = {"url": ADDRESS, "description": "CRM", "events": [RATED]}
    start, told = threading.Barrier(6), []

    def change(number: int) -> None:
        start.wait()
        try:
            webhooks.change_endpoint(endpoint, instead_of=seen, url=f"{ADDRESS}/{number}")
            told.append(number)
        except webhooks.ChangedMeanwhile as conflict:
            told.append(conflict.now.url)
        connection.close()

    threads = [threading.Thread(target=change, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [winner] = [one for one in told if isinstance(one, int)]
    assert WebhookEndpoint.objects.get().url == f"{ADDRESS}/{winner}"
    assert [one for one in told if one != winner] == [f"{ADDRESS}/{winner}"] * 5
