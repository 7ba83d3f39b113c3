"""P10: wherever a company's settings can be changed, that is written down, once, with the change itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.models.signals import pre_save
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver

from tenants.models import AuditEntry
from tests.house.audit_doors import DOORS, EXEMPT, Door, House, build
from tests.world import World

UNSAFE = ("post", "put", "patch", "delete")
INSERT = 'INSERT INTO "tenants_auditentry"'


def problem_at(house: House, door: Door) -> str:
    """What is wrong with what the log says after a change; empty when nothing is."""
    call = door.prepare(house)
    before = set(AuditEntry.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as queries:
        answer = call()
    if answer.status_code >= 400:
        return f"{answer.status_code}: {answer.content.decode()[-300:]}"
    made = list(AuditEntry.objects.exclude(pk__in=before))
    inserts = sum(query["sql"].startswith(INSERT) for query in queries)
    if ([entry.verb for entry in made], inserts) != ([door.verb], 1):
        return f"{inserts} INSERTs of {[entry.verb for entry in made]}"
    kind = "staff" if door.by == "staff" else "api" if door.route.startswith("api/") else "person"
    email = "staff@platform.example" if door.by == "staff" else "owner@acme.example"
    return "" if (made[0].actor_kind, made[0].actor_email) == (kind, email) else f"by {vars(made[0])}"


def test_p10_a_change_is_written_down_once_in_its_own_transaction(world: World) -> None:
    """Each is tried in the same house, and undone: to build one for each would take minutes."""
    house, problems = build(world), {}
    around = len(connection.atomic_blocks) + 1  # the tests' own transactions, which would hide that one is missing

    def look(**_: Any) -> None:
        assert len(connection.atomic_blocks) > around, "recorded outside of the change's transaction"

    pre_save.connect(look, sender=AuditEntry)
    try:
        for door in DOORS:
            with transaction.atomic():
                if problem := problem_at(house, door):
                    problems[str(door)] = problem
                transaction.set_rollback(True)
    finally:
        pre_save.disconnect(look, sender=AuditEntry)
    assert problems == {}


def walk(patterns: list[Any], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the house but Django's admin, whose changes tests/tenants/test_audit_people.py looks at."""
    for one in patterns:
        route = prefix + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from walk(one.url_patterns, route)
        elif not route.startswith("admin/"):
            yield route, one


def methods(route: str, pattern: URLPattern) -> list[str]:
    """With which methods something may be changed there."""
    view = getattr(pattern.callback, "view_class", None) or getattr(pattern.callback, "cls", None)
    if view is not None:
        mine = [name for name in UNSAFE if hasattr(view, name)]
        return ["POST"] if mine and route.startswith("accounts/") else [name.upper() for name in mine]
    request = RequestFactory().post("/")
    request.user = AnonymousUser()
    ids = dict.fromkeys(pattern.pattern.converters, "00000000-0000-7000-8000-000000000000")
    return [] if pattern.callback(request, **ids).status_code == 405 else ["POST"]


SEEN_ELSEWHERE = ("", "demo/", "web-widget", "help", "healthz", "readyz", "^api/", "api/schema", "api/docs")
"""Pages for everybody that read nothing but their address."""


def changing() -> set[str]:
    """`METHOD route` of all that may change something and isn't exempt."""
    found = set()
    for route, pattern in walk(get_resolver().url_patterns):
        if any(route == one or (one and route.startswith(one)) for one in (*SEEN_ELSEWHERE, *EXEMPT)):
            continue
        found |= {f"{method} {route}" for method in methods(route, pattern)}
    return found


def test_p10_every_address_that_changes_something_is_in_the_table(db: None) -> None:
    table = {f"{door.method} {door.route}" for door in DOORS if door.method != "GET"}
    assert changing() - table == set(), (
        "record the change (tenants.audit) and add its door to the table, or say why not"
    )
    routes = {route for route, _ in walk(get_resolver().url_patterns)}
    assert {door.route for door in DOORS} - routes == set(), "there is no such address any more"
    assert [one for one in EXEMPT if not any(route.startswith(one) for route in routes)] == []
    assert all(EXEMPT.values())
