"""A worker outlives its broker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from kombu import Connection, Consumer, Queue
from kombu.asynchronous import Hub
from kombu.common import ignore_errors

from autochat.celery import app
from tests.redis_server import RedisServer

TASKS, CONTROL = Queue("tasks"), Queue("control")


@pytest.fixture
def busy(own_redis: RedisServer) -> Iterator[Connection]:
    """A connection as a worker has it: one task in work, and both of its channels waiting for more."""
    hub, taken = Hub(), []
    connection = app.connection_for_read(own_redis.url)
    connection.register_with_event_loop(hub)
    connection.Producer().publish({}, routing_key=TASKS.name, declare=[TASKS])
    Consumer(connection, [TASKS], callbacks=[lambda _, task: taken.append(task)]).consume()
    Consumer(connection.channel(), [CONTROL], callbacks=[lambda *_: None]).consume()
    rounds = hub.create_loop()
    while not taken:
        next(rounds)
    for wait in [*hub.on_tick]:
        wait()
    yield connection
    hub.close()


def test_r01_losing_redis_with_a_task_in_work_ends_no_worker(busy: Connection, own_redis: RedisServer) -> None:
    own_redis.stop()
    with suppress(Exception):  # what Celery's consumer does once its connection is lost
        busy.collect(socket_timeout=1)
    ignore_errors(busy, busy.close)
    own_redis.start()
    assert busy.clone().ensure_connection(max_retries=1).connected
