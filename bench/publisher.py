"""Writes events into a tenant's log, each in a transaction of its own, as fast as that goes or so many a second.

For the floor the same is written, and its text published as it is instead of told to the product's processes.
"""

from __future__ import annotations

import argparse
import os
import time
import uuid
from collections.abc import Sequence

import django

django.setup()

from django.db import transaction  # noqa: E402  (needs the apps to be loaded)
from redis import Redis  # noqa: E402

from bench.broadcast import CHANNEL  # noqa: E402
from conversations import log, realtime  # noqa: E402
from conversations.models import Conversation  # noqa: E402
from conversations.realtime import Frame  # noqa: E402

FLUSHES = 2.0  # seconds for the last ring to get out


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("conversation", type=uuid.UUID)
    parser.add_argument("count", type=int)
    parser.add_argument("--per-second", type=float, default=0)
    parser.add_argument("--floor", action="store_true")
    given = parser.parse_args()
    if given.floor:
        _publish_plainly()
    conversation = Conversation.objects.for_inbox().get(pk=given.conversation)
    began = time.monotonic()
    for number in range(given.count):
        if given.per_second:
            time.sleep(max(0.0, began + number / given.per_second - time.monotonic()))
        with transaction.atomic():
            log.append(conversation.tenant_id, [log.conversation_event(log.UPDATED, conversation)])
    time.sleep(FLUSHES)


def _publish_plainly() -> None:
    published = Redis.from_url(os.environ["REDIS_URL"])

    def tell(_: uuid.UUID, frames: Sequence[Frame]) -> None:
        for frame in frames:
            published.publish(CHANNEL, frame.text)

    realtime.tell = tell


if __name__ == "__main__":
    main()
