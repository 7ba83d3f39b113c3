"""P10: a real server knows of each of many requests at once who sent it, from where, and by which id."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tenants.models import AuditEntry, Membership, Role
from tests import factories
from tests.servers import Web
from tests.world import bearer, make_world, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_p10_many_at_once_are_told_apart(web: Web) -> None:
    world = make_world()
    acme = world.acme
    admins = [factories.make_member(acme.tenant, Role.ADMIN) for _ in range(8)]
    members = [factories.make_member(acme.tenant) for _ in range(8)]

    def change(pair: tuple[Membership, Membership]) -> str:
        admin, member = pair
        body, headers = {"role": "manager"}, bearer(admin)
        answer = httpx.patch(f"{web.url}/api/users/{member.user_id}", json=body, headers=headers, timeout=30)
        assert answer.status_code == 200
        return answer.headers["X-Request-ID"]

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(change, zip(admins, members, strict=True)))
    told = {row.request_id: row for row in AuditEntry.objects.for_tenant(acme.tenant)}
    assert set(told) == set(ids)
    for admin, member, request_id in zip(admins, members, ids, strict=True):
        row = told[request_id]
        assert (row.actor_id, row.actor_kind, row.target_id) == (admin.user_id, "api", str(member.user_id))
        assert row.ip_address == "127.0.0.1"


def test_p10_a_page_tells_its_person_and_the_proxys_caller(web: Web) -> None:
    acme = make_world().acme
    cookies = {"autochat_session": signed_in(acme.owner).cookies["autochat_session"].value, "autochat_csrf": "x" * 32}
    form = {"name": "Acme & Sons", "timezone": "UTC", "csrfmiddlewaretoken": "x" * 32}
    headers = {"X-Forwarded-For": "198.51.100.7", "X-Request-ID": "from-the-proxy-1", "Origin": web.url}
    answer = httpx.post(f"{web.url}/settings/company", data=form, cookies=cookies, headers=headers, timeout=30)
    assert answer.status_code == 302, answer.text
    row = AuditEntry.objects.get()
    assert (row.actor, row.actor_kind, row.request_id) == (acme.owner.user, "person", "from-the-proxy-1")
    assert row.ip_address == "198.51.100.7"
