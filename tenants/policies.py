"""Row security: what makes the database show and take the rows of one tenant alone while the wall stands.

Every table with a `tenant_id` has a policy, whoever made it: policies are put in place after each migration. Where the
user who migrates may make the wall's role, they concern that role alone. Elsewhere they are forced on the tables' owner
too and let all pass where no tenant is named: the wall stands as well, but every search under it reads row by row.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import DatabaseError, connections, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from tenants.postgresql.base import ROLE, SETTING, stands_in

logger = structlog.get_logger("tenants.policies")

TO_MAKE_THE_ROLE = f"CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO %s;"
"""What an administrator runs where the user who migrates may not; `%s` is that user."""

FOR_ROLE, FOR_ALL = "one_tenant", "one_tenant_or_no_wall"
_NAMED = f"nullif(current_setting('{SETTING}', true), '')::uuid"
_POLICIES = {
    FOR_ROLE: f"TO {ROLE} USING ({{shown}}) WITH CHECK (tenant_id = {_NAMED})",
    FOR_ALL: f"USING ({_NAMED} IS NULL OR {{shown}}) WITH CHECK ({_NAMED} IS NULL OR tenant_id = {_NAMED})",
}
_SHOWN = {False: f"tenant_id = {_NAMED}", True: f"(tenant_id = {_NAMED} OR tenant_id IS NULL)"}
SHARED = {"tenants_grain"}
"""Tables whose rows of no tenant are for all to read; elsewhere they are the platform's alone."""

_TABLES = """
SELECT class.relname, class.relrowsecurity, class.relforcerowsecurity,
    ARRAY(SELECT polname::text FROM pg_policy WHERE polrelid = class.oid AND polname = ANY(%s))
FROM pg_class AS class JOIN pg_attribute AS owner ON owner.attrelid = class.oid
WHERE class.relnamespace = current_schema()::regnamespace AND class.relkind IN ('r', 'p')
    AND owner.attname = 'tenant_id' AND NOT owner.attisdropped
ORDER BY class.relname
"""
_GRANTS = (
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of tenants' rows, and what of ours is on it."""

    name: str
    is_secured: bool
    is_forced: bool
    policies: list[str]

    def is_whole(self, policy: str) -> bool:
        """Whether nothing but this policy holds."""
        return self.is_secured and self.policies == [policy] and self.is_forced == (policy == FOR_ALL)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a database, and what to do."""

    what: str
    how: str


def apply(*, using: str = "default", **_: Any) -> None:
    """Make the role and put every policy in place; belongs after each migration, and minds no second time."""
    stands_in.pop(connections[using].settings_dict["NAME"], None)
    with connections[using].cursor() as cursor:
        has_role = _make_role(cursor, using)
        with transaction.atomic(using):
            if has_role:
                _grant(cursor)
            for table in _tables(cursor):
                _secure(cursor, table, FOR_ROLE if has_role else FOR_ALL)
        if found := problem(using):
            logger.warning(found.what, help=found.how)


def problem(using: str = "default") -> Problem | None:
    """What is wrong with row security in this database, as the user who has signed in to it finds it."""
    with connections[using].cursor() as cursor:
        has_role = _may_take_role(cursor)
        if not has_role:
            cursor.execute("SELECT session_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user")
            user, is_above_it = cursor.fetchone()
            harm = "no row security holds" if is_above_it else "search has no index behind the wall between tenants"
            how = f"Have an administrator run: {TO_MAKE_THE_ROLE % user} Then run: manage.py migrate"
            return Problem(f"The database's user may not take the role {ROLE}, so {harm}.", how)
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", [ROLE])
        if cursor.fetchone()[0]:
            how = f"Have an administrator run: ALTER ROLE {ROLE} NOSUPERUSER NOBYPASSRLS;"
            return Problem(f"Row security doesn't hold for the role {ROLE}.", how)
        if names := [table.name for table in _tables(cursor) if not table.is_whole(FOR_ROLE)]:
            return Problem(f"Tables without their row security: {', '.join(names)}.", "Run: manage.py migrate")
    return None


def _make_role(cursor: CursorWrapper, using: str) -> bool:
    """Whether it can be taken now. It is the whole cluster's: another database, or a test, may be making it too."""
    with suppress(DatabaseError), transaction.atomic(using):
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = %s", [ROLE])
        if not cursor.fetchone()[0]:
            cursor.execute(f"CREATE ROLE {ROLE} NOLOGIN")
    with suppress(DatabaseError), transaction.atomic(using):
        if not _may_take_role(cursor):
            cursor.execute(f"GRANT {ROLE} TO SESSION_USER")
    return _may_take_role(cursor)


def _may_take_role(cursor: CursorWrapper) -> bool:
    cursor.execute(
        "SELECT pg_has_role(session_user, oid, %s) FROM pg_roles WHERE rolname = %s", [cursor.db.right, ROLE]
    )
    row = cursor.fetchone()
    return bool(row and row[0])


def _grant(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT current_schema()")
    names = {"schema": sql.Identifier(cursor.fetchone()[0]), "role": sql.Identifier(ROLE)}
    for grant in _GRANTS:
        cursor.execute(sql.SQL(grant).format(**names))


def _tables(cursor: CursorWrapper) -> list[Table]:
    cursor.execute(_TABLES, [[FOR_ROLE, FOR_ALL]])
    return [Table(*row) for row in cursor.fetchall()]


def _secure(cursor: CursorWrapper, table: Table, policy: str) -> None:
    """Locks the table for a moment where something is missing, and else not at all."""
    if table.is_whole(policy):
        return
    on = sql.Identifier(table.name)
    for old in table.policies:
        cursor.execute(sql.SQL("DROP POLICY {} ON {}").format(sql.Identifier(old), on))
    rule = sql.SQL(_POLICIES[policy].format(shown=_SHOWN[table.name in SHARED]))
    cursor.execute(sql.SQL("CREATE POLICY {} ON {} ").format(sql.Identifier(policy), on) + rule)
    forced = sql.SQL("FORCE" if policy == FOR_ALL else "NO FORCE")
    cursor.execute(sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY, {} ROW LEVEL SECURITY").format(on, forced))
