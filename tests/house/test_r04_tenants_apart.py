"""R4: whoever asks for another tenant's rows finds nothing, at every address, whichever of the walls is taken away.

The second wall, foreign keys within a tenant, is the database's own: `test_r04_row_security`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.http import HttpResponseBase
from django.test import AsyncClient

from tenants import wall
from tenants.database import close_connections
from tenants.models import Tenant
from tenants.ownership import TenantOwnedQuerySet
from tenants.postgresql.base import DatabaseWrapper
from tests.house.strangers import addresses, belongings, filled, names_a_row
from tests.widgets.door import Door
from tests.world import Company, World, bearer, signed_in

MARK = "globexmark"
METHODS = ("get", "post", "put", "patch", "delete")
NO_DOORS = ("api/widgets/", "api/auth/", "settings/grain", "api/grain", "invitation/")
"""Visitors' own, below; where one signs in; the platform's staff's; and what is opened by its secret."""
IN_PUBLIC = {"invitation/<uuid:invitation_id>/<str:secret>"}


@pytest.fixture(autouse=True)
def _no_threads_left() -> Iterator[None]:
    """Visitors' doors and exports leave database threads behind."""
    yield
    close_connections()


@pytest.fixture
def theirs(globex: Company) -> dict[str, Any]:
    """What Globex has."""
    Tenant.objects.filter(pk=globex.tenant.pk).update(name=MARK)
    return belongings(globex, MARK)


@pytest.fixture
def no_first_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """`for_tenant` lets everything through."""
    monkeypatch.setattr(TenantOwnedQuerySet, "for_tenant", lambda self, tenant: self)


@pytest.fixture
def no_third_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database isn't told of any wall."""
    monkeypatch.setattr(DatabaseWrapper, "_can_stand", lambda self: False)


def answers(company: Company, url: str, *methods: str) -> dict[str, HttpResponseBase]:
    """What an owner is answered there by each method that is known."""
    client = signed_in(company.owner)
    client.raise_request_exception = False
    headers = bearer(company.owner) if url.startswith("/api/") else {}
    found = {}
    for method in methods or (METHODS if headers else ("get", "post")):
        sent = {"data": {}, "content_type": "application/json"} if headers and method != "get" else {}
        answer = getattr(client, method)(url, headers=headers, **sent)
        if answer.status_code != 405:
            found[method] = answer
    return found


def let_in(company: Company, theirs: dict[str, Any], *methods: str) -> list[str]:
    """The addresses that answer something else than 404 to ids of another tenant."""
    return [
        f"{method.upper()} {pattern}: {answer.status_code}"
        for pattern in addresses()
        if names_a_row(pattern) and pattern not in IN_PUBLIC
        for method, answer in answers(company, filled(pattern, theirs), *methods).items()
        if answer.status_code != 404
    ]


def test_r04_every_address_answers_404_to_ids_of_another_tenant(acme: Company, theirs: dict[str, Any]) -> None:
    assert let_in(acme, theirs) == []


@pytest.mark.usefixtures("no_first_wall")
def test_r04_without_the_first_wall_row_security_answers_404(acme: Company, theirs: dict[str, Any]) -> None:
    assert let_in(acme, theirs) == []


@pytest.mark.usefixtures("no_third_wall")
def test_r04_without_row_security_the_first_wall_answers_404(acme: Company, theirs: dict[str, Any]) -> None:
    assert let_in(acme, theirs) == []


@pytest.mark.usefixtures("no_first_wall", "no_third_wall")
def test_r04_without_both_strangers_are_let_in(acme: Company, theirs: dict[str, Any]) -> None:
    """Or the tests above would prove nothing."""
    assert len(let_in(acme, theirs, "get")) > 20


# --- What lists and pages show ----------------------------------------------------------------------------------------
def shown(company: Company) -> list[str]:
    """The addresses without an id whose page or answer names something of Globex."""
    client, token = signed_in(company.owner), bearer(company.owner)
    found = []
    for pattern in addresses():
        if "<" in pattern:
            continue
        answer = client.get(f"/{pattern}", headers=token if pattern.startswith("api/") else {})
        if not answer.streaming and MARK.encode() in answer.getvalue().lower():
            found.append(pattern)
    return found


def test_r04_no_list_shows_anything_of_another_tenant(acme: Company, theirs: dict[str, Any]) -> None:
    assert shown(acme) == []


@pytest.mark.usefixtures("no_first_wall")
def test_r04_without_the_first_wall_no_list_does_either(acme: Company, theirs: dict[str, Any]) -> None:
    assert shown(acme) == []


@pytest.mark.usefixtures("no_first_wall")
@pytest.mark.parametrize("address", ["/inbox/rows?q=hello", "/inbox?q=hello", "/api/conversations?q=hello"])
def test_r04_without_the_first_wall_search_finds_ones_own(acme: Company, globex: Company, address: str) -> None:
    headers = bearer(acme.owner) if address.startswith("/api") else {}
    found = signed_in(acme.owner).get(address, headers=headers).content.decode()
    assert str(acme.conversation.pk) in found
    assert str(globex.conversation.pk) not in found


@pytest.mark.usefixtures("no_first_wall", "no_third_wall")
def test_r04_without_both_lists_show_everything(acme: Company, theirs: dict[str, Any]) -> None:
    assert len(shown(acme)) > 10


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("no_first_wall")
def test_r04_without_the_first_wall_no_export_holds_anything_of_another_tenant(world: World) -> None:
    async def download() -> bytes:
        answer = await AsyncClient().get("/api/conversations/export.csv", headers=bearer(world.acme.owner))
        return b"".join([part async for part in answer])

    body = async_to_sync(download)()
    assert str(world.acme.conversation.pk).encode() in body
    assert str(world.globex.conversation.pk).encode() not in body


# --- Every door puts the wall up --------------------------------------------------------------------------------------
@contextmanager
def statements() -> Iterator[list[tuple[str, str | None]]]:
    """Each statement on rows of tenants, in all threads, with the wall around it: None where nobody put one up."""
    owned = _owned_tables()
    heard: list[tuple[str, str | None]] = []
    execute = CursorWrapper._execute_with_wrappers

    def listening(self: CursorWrapper, sql: Any, *args: Any, **kwargs: Any) -> Any:
        if any(table in str(sql) for table in owned):
            heard.append((str(sql), wall._within.get()))
        return execute(self, sql, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CursorWrapper, "_execute_with_wrappers", listening)
        yield heard


def read_to_the_end(answer: HttpResponseBase) -> None:
    """What is streamed is asked for while it is read."""

    async def read() -> None:
        async for _ in answer:
            pass

    if answer.streaming:
        async_to_sync(read)()


def _owned_tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id'")
        return [name for (name,) in cursor.fetchall()]


def outside(heard: list[tuple[str, str | None]], tenant: Tenant) -> list[str]:
    """Those that ran behind no wall although nobody lowered it, or behind another tenant's."""
    return [sql[:200] for sql, within in heard if within not in ("", str(tenant.pk))]


@pytest.mark.django_db(transaction=True)
def test_r04_every_page_and_every_call_of_the_api_puts_the_wall_up(world: World) -> None:
    """Looked at first, and then pressed: what is pressed may be gone afterwards."""
    own = belongings(world.acme, "acmemark")
    doors = [pattern for pattern in addresses() if not pattern.startswith(NO_DOORS)]
    for methods in (("get",), ("post", "put", "patch"), ("delete",)):
        for pattern in doors:
            with statements() as heard:
                for answer in answers(world.acme, filled(pattern, own), *methods).values():
                    read_to_the_end(answer)
            assert outside(heard, world.acme.tenant) == [], f"{methods} {pattern}"


def test_r04_the_widgets_calls_put_the_wall_up(acme: Company) -> None:
    door = Door(acme)
    with statements() as heard:
        assert door.get("config").status_code == 200
        assert door.get("messages", {"sessionId": acme.conversation.session}).status_code == 200
        assert (
            door.post(
                "track", {"sessionId": "s", "event": "widget_loaded", "timestamp": "2026-11-01T00:00:00Z"}
            ).status_code
            == 200
        )
        rating = {"sessionId": acme.conversation.session, "conversationId": str(acme.conversation.pk), "score": 5}
        assert door.post("rating", rating).status_code == 200
        assert door.post("voice/start", {"sessionId": "s"}).status_code == 404
    assert len(heard) > 10
    assert outside(heard, acme.tenant) == []


@pytest.mark.django_db(transaction=True)
def test_r04_a_chat_puts_the_wall_up_on_each_way_into_the_database(world: World) -> None:
    door = Door(world.acme)
    with statements() as heard:
        answer = door.post("chat", {"sessionId": "s", "message": "Hello", "contact": {"name": "V", "email": "v@x.org"}})
        assert answer.status_code == 200
        stop = door.post("chat/stop", {"sessionId": "s", "messageId": answer.json()["messageId"]})
        assert stop.status_code == 200
    assert len(heard) > 10
    assert outside(heard, world.acme.tenant) == []


LOWERED = {
    "tenants/access.py": 2,  # somebody's places may be anywhere; the staff look after all tenants
    "tenants/api/grain.py": 4,  # the staff's
    "tenants/api_tokens.py": 1,  # whose a token is, is what is asked
    "tenants/audit/recording.py": 1,  # what happens to somebody's account, told to each of their companies
    "tenants/context.py": 1,  # the switcher between somebody's companies
    "tenants/receivers.py": 1,  # signing out of all of them
    "tenants/services.py": 2,  # founding another, and losing all
    "tenants/views/invitation.py": 1,  # to a company that isn't theirs yet
    "assistants/search.py": 1,  # needs the index on words, and names the tenant in each of its parts
    "conversations/contact_list.py": 1,  # which contacts are called so; they are read behind the wall
    "conversations/inbox.py": 1,  # which conversations hold words; they are read behind the wall
    "conversations/live.py": 1,  # what a process does for all tenants is begun on behalf of the first who comes
    "widgets/hushing.py": 1,  # the same
    "widgets/leases.py": 1,  # the same
}


def test_r04_the_wall_is_lowered_where_there_is_a_reason_and_nowhere_else() -> None:
    root = Path(settings.BASE_DIR)
    apps = ("autochat", "widgets", "assistants", "tracking", "conversations", "tenants")
    files = (path for app in apps for path in (root / app).rglob("*.py"))
    found = {path.relative_to(root).as_posix(): path.read_text().count("wall.lowered()") for path in files}
    assert {name: times for name, times in found.items() if times} == LOWERED
