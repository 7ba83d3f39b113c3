"""SQL written by hand, for the chat turn: compiling and planning a query costs more than running it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.utils import CursorWrapper
from django.db.models.base import ModelState

M = TypeVar("M", bound=models.Model)
Values = Sequence[Any] | Mapping[str, Any]


class Statement:
    """One statement, its values bound by the server, which plans it once per connection (`prepare_threshold`).

    Django's own cursor writes the values into the text, so that the server sees another statement each time. Runs in
    the caller's transaction. Whatever counts Django's queries counts it, but their log has no text for a planned one.
    """

    def __init__(self, sql: str) -> None:
        self.sql = sql

    def run(self, values: Values) -> int:
        """How many rows it has changed."""
        with self._run(values) as cursor:
            return int(cursor.rowcount)

    def one(self, values: Values) -> tuple[Any, ...] | None:
        """Its first row."""
        with self._run(values) as cursor:
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row

    def all(self, values: Values) -> list[tuple[Any, ...]]:
        """All its rows."""
        with self._run(values) as cursor:
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    def _run(self, values: Values) -> CursorWrapper:
        database = connections[DEFAULT_DB_ALIAS]
        database.ensure_connection()
        with database.wrap_database_errors:
            bare = psycopg.Cursor(database.connection)
        # As `connection.cursor()` does.
        cursor: CursorWrapper = database._prepare_cursor(bare)  # type: ignore[attr-defined]  # noqa: SLF001
        cursor.execute(self.sql, values)
        return cursor


class Columns(Generic[M]):
    """All columns of a model under a table alias: `sql` for the select list, `read` for what comes back.

    For models whose fields need no conversion from what psycopg returns.
    """

    def __init__(self, model: type[M], alias: str) -> None:
        fields = model._meta.concrete_fields  # noqa: SLF001  (Django documents it as its public interface)
        self.model = model
        self.names = [field.attname for field in fields]
        self.sql = ", ".join(f'{alias}."{field.column}"' for field in fields)

    def __len__(self) -> int:
        return len(self.names)

    def read(self, values: Sequence[Any]) -> M:
        """The row whose columns these are, as `Model.from_db` leaves it, without the signals of a model's making."""
        row, state = self.model.__new__(self.model), ModelState()
        state.adding, state.db = False, DEFAULT_DB_ALIAS
        row.__dict__.update(zip(self.names, values, strict=True), _state=state)
        return row
