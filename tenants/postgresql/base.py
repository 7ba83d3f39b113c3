"""Connections that are told around which tenant the wall stands, before the first statement for which that is news.

The wall is a role and a setting of the session: `ROLE`, to whom the policies (`tenants.policies`) show the rows of the
tenant in `SETTING`. Without a wall statements run as the user who has signed in, whom no policy concerns. A session's,
not a transaction's, for most reads are a transaction each; nothing leaks to whoever comes next, because before each
statement what the connection was told is compared with what it has to know.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import structlog
from django.db.backends.postgresql import base

from tenants import wall

logger = structlog.get_logger("tenants.postgresql")

ROLE = "autochat_tenant"
SETTING = "autochat.tenant"
_TELL = f"SELECT set_config('{SETTING}', %s, false), set_config('role', %s, false)"
_STANDS = """
SELECT EXISTS (
    SELECT FROM pg_roles WHERE rolname = %(role)s AND pg_has_role(session_user, oid, %(right)s)
    AND has_table_privilege(oid, to_regclass('tenants_membership'), 'SELECT'))
"""
stands_in: dict[str, bool] = {}  # database -> whether its role and policies are there


class DatabaseWrapper(base.DatabaseWrapper):
    """One thread's connection, replaced from time to time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._told: str | None = None  # None: nobody knows
        self.execute_wrappers.append(self._behind_the_wall)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self._told = None  # it may come out of the pool
        return super().get_new_connection(conn_params)

    @property
    def right(self) -> str:
        """What a user needs of a role to become it; before PostgreSQL 16 every member could."""
        return "SET" if self.pg_version >= 160000 else "MEMBER"

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc]  # the stubs leave it out
        self._told = None  # what was told within the transaction is forgotten with it

    def _savepoint_rollback(self, sid: str) -> None:
        self._told = wall.within()  # a failed transaction takes no statement but this one
        try:
            super()._savepoint_rollback(sid)  # type: ignore[misc]  # the stubs leave it out
        finally:
            self._told = None

    def _behind_the_wall(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        wanted = wall.within()
        if wanted != self._told:
            self._tell(wanted)
        return execute(sql, params, many, context)

    def _tell(self, tenant_id: str) -> None:
        self._told = None
        with self.wrap_database_errors:
            role = ROLE if tenant_id and self._can_stand() else "none"
            psycopg.Cursor(self.connection).execute(_TELL, [tenant_id, role], prepare=True)
        self._told = tenant_id

    def _can_stand(self) -> bool:
        """Whether the wall can be put up in this database; asked once per process, and again after each migration."""
        name = self.settings_dict["NAME"]
        if name not in stands_in:
            row = psycopg.Cursor(self.connection).execute(_STANDS, {"role": ROLE, "right": self.right}).fetchone()
            stands_in[name] = bool(row and row[0])
            if not stands_in[name]:
                logger.warning("row security is not whole", help="manage.py check --deploy")
        return stands_in[name]
