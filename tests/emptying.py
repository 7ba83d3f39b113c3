"""Emptying the tables after a test that has committed.

Django truncates every table and makes its content types anew: a third of a second each time, whatever was stored. To
delete the few rows of a test takes a hundredth of that.
"""

from __future__ import annotations

from django.db import DatabaseError, connection, transaction
from psycopg import sql

KEPT = {"django_content_type", "auth_permission", "django_migrations"}
# The audit log lets nobody delete from it: a replica's rights are needed for as long as that takes.
AUDIT_LOG = sql.SQL(
    "SET LOCAL session_replication_role = replica; DELETE FROM tenants_auditentry;"
    " SET LOCAL session_replication_role = origin"
)
TRIES = 5


def empty_tables() -> None:
    """Delete all rows but those that describe the models. A server that still writes may come in between: try again."""
    names = connection.introspection.django_table_names(only_existing=True)
    deletions = [AUDIT_LOG]
    deletions += [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in names if name not in KEPT]
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql.SQL("; ").join(deletions))
        except DatabaseError:
            if not left:
                raise
        else:
            return
