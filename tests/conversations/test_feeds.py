"""A process whose feed lags behind the log: what listeners have heard elsewhere isn't told again (B3)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conversations import log, services
from conversations.live import Feed, hub
from conversations.models import Conversation
from tenants.database import close_connections, in_database
from tests.world import Company, make_world
from widgets.stream import follow


@pytest.fixture(autouse=True)
def _threads_end(transactional_db: None) -> Iterator[None]:
    """The database's threads keep their connections, under which the tables can't be taken away."""
    yield
    close_connections()


def _three_replies(acme: Company) -> Conversation:
    for number in range(3):
        services.post_reply(conversation=acme.conversation, by=acme.agent, text=f"Reply {number}")
    return acme.conversation


async def test_b3_what_was_read_beyond_the_head_is_not_told_twice() -> None:
    acme = (await in_database(make_world)).acme
    conversation = await in_database(_three_replies, acme)
    feed = Feed(acme.tenant.pk, head=2)
    frames, told = await feed.of_conversation(str(conversation.pk), 0)
    assert [frame.seq for frame in frames] == [1, 2, 3, 4, 5, 6]
    assert told == 6


async def test_b3_a_stream_from_a_process_ahead_hears_nothing_again() -> None:
    acme = (await in_database(make_world)).acme
    conversation = await in_database(_three_replies, acme)
    head = (await in_database(log.heads, [acme.tenant.pk]))[acme.tenant.pk]
    behind = hub()._feeds[acme.tenant.pk] = Feed(acme.tenant.pk, head=2)
    stream = follow(acme.tenant.pk, conversation.pk, since=head - 2)
    try:
        assert (await anext(stream)).startswith(b"retry")
        assert f"id: {head}\n".encode() in await anext(stream)
        assert behind.head == head
    finally:
        await stream.aclose()
