"""R4, the third wall: PostgreSQL's row security, on every table of tenants' rows, with nothing left to the next."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.http import Http404

from conversations.models import Contact, Conversation, Message
from tenants import audit, database, policies, wall
from tenants.database import in_database
from tenants.models import AuditEntry, Grain, Membership, Verb
from tenants.policies import FOR_ALL, FOR_ROLE
from tenants.postgresql.base import ROLE, SETTING
from tests.factories import make_contact
from tests.world import Company, World

NOBODY = (None, "")


def told() -> tuple[str | None, str]:
    """The role that was taken and the tenant, as the database knows them when this statement comes."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT nullif(current_user, session_user)::text, coalesce(current_setting('{SETTING}', true), '')"
        )
        role, tenant_id = cursor.fetchone()
        return role, tenant_id


def behind(company: Company) -> tuple[str | None, str]:
    return ROLE, str(company.tenant.pk)


def run(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


# --- What the database shows and takes --------------------------------------------------------------------------------
def test_r04_every_table_with_a_tenant_has_row_security(db: None) -> None:
    with connection.cursor() as cursor:
        tables = policies._tables(cursor)
        assert len(tables) > 50
        assert [table.name for table in tables if not table.is_whole(FOR_ROLE)] == []
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relname = ANY(%s) AND row_security_active(oid)",
            [[t.name for t in tables]],
        )
        assert cursor.fetchone()[0] == len(tables)
        cursor.execute("RESET ROLE")
    assert policies.problem() is None


def test_r04_a_new_table_has_it_after_the_next_migration(db: None) -> None:
    run("CREATE TABLE novelty (tenant_id uuid NOT NULL, word text)")
    assert "novelty" in policies.problem().what
    policies.apply()
    assert policies.problem() is None
    own, other = uuid.uuid4(), uuid.uuid4()
    run("INSERT INTO novelty VALUES (%s, 'mine'), (%s, 'theirs')", own, other)
    with wall.around(own), connection.cursor() as cursor:
        cursor.execute("SELECT word FROM novelty")
        assert cursor.fetchall() == [("mine",)]


def test_r04_behind_the_wall_only_ones_own_rows_are_there(acme: Company, globex: Company) -> None:
    with wall.around(acme.tenant):
        assert list(Conversation.objects.all()) == [acme.conversation]
        assert not Conversation.objects.filter(pk=globex.conversation.pk).exists()
        assert not Message.objects.for_tenant(globex.tenant).exists()
        assert Conversation.objects.filter(pk=globex.conversation.pk).update(status="closed") == 0
        assert Contact.objects.filter(tenant=globex.tenant).delete()[0] == 0
    assert Conversation.objects.get(pk=globex.conversation.pk).is_open


def test_r04_the_database_refuses_a_row_for_another_tenant(acme: Company, globex: Company) -> None:
    with wall.around(acme.tenant):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            make_contact(globex.tenant)
        mine = make_contact(acme.tenant)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Contact.objects.filter(pk=mine.pk).update(tenant=globex.tenant)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            run("TRUNCATE conversations_message")


def test_r04_the_platforms_switches_are_read_and_not_written(acme: Company, globex: Company) -> None:
    values = ((None, "all"), (acme.tenant, "acme"), (globex.tenant, "globex"))
    Grain.objects.bulk_create(Grain(key="word", value=value, tenant=tenant) for tenant, value in values)
    with wall.around(acme.tenant):
        assert set(Grain.objects.values_list("value", flat=True)) == {"all", "acme"}
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Grain.objects.filter(tenant=None).update(value="mine")


def test_r04_what_else_is_the_platforms_is_not_read(acme: Company) -> None:
    with transaction.atomic():
        audit.record(Verb.PLAN_CHANGED, tenant=None)
        audit.record(Verb.PLAN_CHANGED, tenant=acme.tenant)
    with wall.around(acme.tenant):
        assert list(AuditEntry.objects.values_list("tenant", flat=True)) == [acme.tenant.pk]


def test_r04_a_reference_to_another_tenants_row_is_refused_by_the_second_wall(acme: Company, globex: Company) -> None:
    theirs = globex.conversation
    Message.objects.filter(conversation=acme.conversation).update(conversation=theirs)
    with pytest.raises(IntegrityError, match=r"within_tenant|tenant_id"), transaction.atomic():
        run("SET CONSTRAINTS ALL IMMEDIATE")
    Message.objects.filter(tenant=acme.tenant).update(conversation=acme.conversation)


# --- Nothing is left of it --------------------------------------------------------------------------------------------
def test_r04_the_wall_falls_with_its_block_and_comes_back_around_an_inner_one(acme: Company, globex: Company) -> None:
    with wall.around(acme.tenant):
        assert told() == behind(acme)
        with wall.around(globex.tenant):
            assert told() == behind(globex)
        with wall.lowered():
            assert told() == NOBODY
            assert Conversation.objects.count() == 2
        assert told() == behind(acme)
    assert told() == NOBODY


def test_r04_nothing_is_left_after_an_exception(acme: Company, client) -> None:
    with suppress(Http404), wall.door():
        wall.put_up(acme.tenant)
        assert told() == behind(acme)
        raise Http404
    assert told() == NOBODY


def test_r04_what_a_transaction_forgets_is_told_again(acme: Company, globex: Company) -> None:
    with wall.around(acme.tenant):
        assert told() == behind(acme)
        with suppress(ZeroDivisionError), transaction.atomic():
            with wall.around(globex.tenant):
                assert told() == behind(globex)
            raise ZeroDivisionError
        assert told() == behind(acme)
        with suppress(DatabaseError), transaction.atomic(), wall.around(globex.tenant):
            run("SELECT 1 / 0")
        assert told() == behind(acme)
    assert told() == NOBODY


@pytest.mark.django_db(transaction=True)
def test_r04_nothing_is_left_on_a_connection_that_was_rolled_back_or_given_back(world: World) -> None:
    with suppress(ZeroDivisionError), transaction.atomic(), wall.around(world.acme.tenant):
        assert told() == behind(world.acme)
        raise ZeroDivisionError
    assert told() == NOBODY
    with wall.around(world.acme.tenant):
        assert told() == behind(world.acme)
        connection.close()  # into the pool, as it is
        assert told() == behind(world.acme)
        connection.close()
    assert told() == NOBODY
    with wall.around(world.globex.tenant):
        assert told() == behind(world.globex)


@pytest.fixture
def one_thread(settings) -> Iterator[None]:
    """A single database thread, so that all work goes over the same connection."""
    database.close_connections()
    settings.DATABASE_THREADS = 1
    yield
    database.close_connections()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("one_thread")
async def test_r04_database_threads_know_whose_work_they_do(world: World) -> None:
    def put_up_and_fail(company: Company) -> None:
        wall.put_up(company.tenant)
        assert told() == behind(company)
        raise ZeroDivisionError

    assert await in_database(told) == NOBODY
    with pytest.raises(ZeroDivisionError):
        await in_database(put_up_and_fail, world.acme)
    assert await in_database(told) == NOBODY
    with wall.around(world.globex.tenant):
        assert await in_database(told) == behind(world.globex)
        await in_database(_kill_own_connection)
        assert await in_database(told) == behind(world.globex)
        await in_database(_kill_own_connection)
    assert await in_database(told) == NOBODY


def _kill_own_connection() -> None:
    """As a restarted server does; the next statement finds out."""
    pid = connection.connection.info.backend_pid
    params = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor}
    params.pop("prepare_threshold", None)
    with psycopg.connect(**params, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


@pytest.mark.django_db(transaction=True)
def test_r04_another_thread_knows_nothing_of_this_ones_wall(world: World) -> None:
    heard = []

    def listen() -> None:
        try:
            heard.append(told())
        finally:
            connection.close()

    with wall.around(world.acme.tenant):
        assert told() == behind(world.acme)
        thread = threading.Thread(target=listen)
        thread.start()
        thread.join()
    assert heard == [NOBODY]


# --- Whose database it is ---------------------------------------------------------------------------------------------
def test_r04_the_check_says_what_is_missing_and_how_to_mend_it(db: None, capsys) -> None:
    run("ALTER TABLE tenants_membership DISABLE ROW LEVEL SECURITY")
    call_command("check", "--deploy", "--tag", "security")
    said = capsys.readouterr().err
    assert "tenants_membership" in said
    assert "manage.py migrate" in said


def test_r04_a_plain_owner_has_the_wall_too(acme: Company, globex: Company) -> None:
    """Where the user may not take the role, policies are forced on the owner; where they may later, these give way."""
    plain = f"plain_{uuid.uuid4().hex[:8]}"
    run(f"CREATE ROLE {plain} NOLOGIN")
    tables = ("tenants_membership", "tenants_grain", "conversations_contact")
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        run(f"ALTER TABLE {table} OWNER TO {plain}")
    with connection.cursor() as cursor:
        for table in policies._tables(cursor):
            if table.name in tables:
                policies._secure(cursor, table, FOR_ALL)
        assert [t.policies for t in policies._tables(cursor) if t.name in tables] == [[FOR_ALL]] * 3
        cursor.execute(f"SET LOCAL ROLE {plain}")
        cursor.execute("SELECT count(*) FROM tenants_membership")
        assert cursor.fetchone()[0] == 8
        cursor.execute(f"SELECT set_config('{SETTING}', %s, true)", [str(acme.tenant.pk)])
        cursor.execute("SELECT DISTINCT tenant_id FROM tenants_membership")
        assert cursor.fetchall() == [(acme.tenant.pk,)]
        cursor.execute("UPDATE tenants_membership SET role = 'agent' WHERE tenant_id = %s", [globex.tenant.pk])
        assert cursor.rowcount == 0
        cursor.execute(f"RESET ROLE; SELECT set_config('{SETTING}', '', true)")
    policies.apply()
    assert policies.problem() is None
    assert Membership.objects.count() == 8
