"""Model rows out of SQL written by hand, for the reads of the chat turn: compiling a query costs more than its run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, models

M = TypeVar("M", bound=models.Model)


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
        """The row whose columns these are."""
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)
