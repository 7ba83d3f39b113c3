"""The third wall: while it stands, PostgreSQL itself shows and takes the rows of one tenant alone (row security).

The first wall is `for_tenant`, the second the foreign keys within a tenant; this one holds where code forgets the
first. A door puts it up as soon as it knows whose it is. Code that works for all tenants (sweeps, the dispatcher, the
platform's staff, migrations) has none around it. Which tenant it is stands in the context, so it goes along into
database threads and tasks; what a connection has to be told of it is `tenants.postgresql`'s business.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenants.models import Tenant

_within: ContextVar[str | None] = ContextVar("within", default=None)  # empty where somebody has lowered it


def within() -> str:
    """The id of the tenant around whom the wall stands; empty where there is none."""
    return _within.get() or ""


@contextmanager
def around(tenant: Tenant | uuid.UUID) -> Iterator[None]:
    """The wall around this tenant, for the length of the block. Not over a `yield` of an async generator."""
    before = _within.set(_id_of(tenant))
    try:
        yield
    finally:
        _within.reset(before)


@contextmanager
def lowered() -> Iterator[None]:
    """No wall for the length of the block, or of the function that it decorates.

    For what concerns several tenants (a person's places), and for statements that need an index on words: what isn't
    proven to leak nothing, such as `@@` and `LIKE`, PostgreSQL may look at behind the wall only, row by row.
    """
    before = _within.set("")
    try:
        yield
    finally:
        _within.reset(before)


@contextmanager
def door() -> Iterator[None]:
    """A request: the wall that is put up in it falls with its end."""
    before = _within.set(_within.get())
    try:
        yield
    finally:
        _within.reset(before)


def put_up(tenant: Tenant | uuid.UUID) -> None:
    """The wall around this tenant from here on: for the rest of the `door`, or of a piece of work in the database."""
    _within.set(_id_of(tenant))


def while_sent(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """An answer that is made piece by piece after its door has been left, behind the wall that stands now."""
    return _each(chunks, within())


async def _each(chunks: AsyncIterator[bytes], tenant_id: str) -> AsyncIterator[bytes]:
    while True:
        before = _within.set(tenant_id)
        try:
            chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        finally:
            _within.reset(before)
        yield chunk


def _id_of(tenant: Tenant | uuid.UUID) -> str:
    return str(tenant if isinstance(tenant, uuid.UUID) else tenant.pk)
