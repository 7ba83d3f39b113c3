"""Outcomes at a steady rate, through the API and in transactions of our own, each tried until it is accepted.

The rate is kept over the whole storm: what could not be made while a part was down is made up for afterwards.
"""

from __future__ import annotations

import functools
import json
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable

from django.db import Error, connection, transaction

from conversations import log
from conversations.models import Conversation
from tracking.models import EventType, Source
from tracking.services import record_outcome

THREADS = 6
THROUGH_API = 1  # of them; each call costs as much as many transactions
REPORTED = [EventType.LEAD_QUALIFIED, EventType.QUOTE_REQUESTED, EventType.APPOINTMENT_REQUESTED]
"""What a conversation comes to in one transaction, as in a turn whose assistant reports them."""

CLOSED = [EventType.CONVERSATION_RESOLVED]
EACH = len(REPORTED) + len(CLOSED)  # outcomes of a conversation


class Load:
    """Threads that make outcomes until told to stop."""

    def __init__(
        self, conversations: list[uuid.UUID], rate: float, web_url: str, bearer: Callable[[], dict[str, str]]
    ) -> None:
        self.accepted: list[tuple[str, str]] = []  # conversation and type, once it was said to be stored
        self.refused = 0
        self._rate = rate
        self._url = web_url
        self._bearer = bearer
        self._conversations = iter(conversations)
        self._next = time.monotonic()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(number < THROUGH_API,), daemon=True) for number in range(THREADS)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what was begun, and end."""
        self._stop.set()
        for thread in self._threads:
            thread.join(60)

    def _take(self) -> uuid.UUID | None:
        """The next conversation, when its time has come."""
        with self._lock:
            conversation_id = next(self._conversations, None)
            self._next += EACH / self._rate
            wait = self._next - time.monotonic()
        if wait > 0:
            self._stop.wait(wait)
        return conversation_id

    def _run(self, through_api: bool) -> None:
        token = self._bearer() if through_api else {}
        while (conversation_id := self._take()) and not self._stop.is_set():
            self._insist(functools.partial(self._record, conversation_id, REPORTED))
            self._accept(conversation_id, REPORTED)
            close = functools.partial(self._close, conversation_id, token)
            self._insist(close if through_api else functools.partial(self._record, conversation_id, CLOSED))
            self._accept(conversation_id, CLOSED)
        connection.close()

    def _insist(self, make: Callable[[], bool]) -> None:
        while not make():
            self.refused += 1
            time.sleep(0.1)

    def _accept(self, conversation_id: uuid.UUID, kinds: list[EventType]) -> None:
        self.accepted += [(str(conversation_id), str(kind)) for kind in kinds]

    def _record(self, conversation_id: uuid.UUID, kinds: list[EventType]) -> bool:
        try:
            with transaction.atomic():
                conversation = Conversation.objects.select_related("contact").get(pk=conversation_id)
                if drafts := [draft for kind in kinds for draft in record_outcome(conversation, kind, Source.API)]:
                    log.append(conversation.tenant_id, drafts)
        except Error:
            connection.close()
            return False
        return True

    def _close(self, conversation_id: uuid.UUID, token: dict[str, str]) -> bool:
        request = urllib.request.Request(
            f"{self._url}/api/conversations/{conversation_id}",
            data=json.dumps({"status": "closed"}).encode(),
            method="PATCH",
            headers={"Content-Type": "application/json", **token},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return bool(answer.status == 200)
        except (OSError, ValueError):
            return False
