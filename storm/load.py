"""Outcomes at a steady rate, through the API and in transactions of our own, each tried until it is accepted."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator

from django.db import Error, connection, transaction

from conversations import log
from conversations.models import Conversation
from tracking.models import EventType, Source
from tracking.services import record_outcome

THREADS = 6
THROUGH_API = 1  # of them; each call costs as much as many transactions
REPORTED = [EventType.LEAD_QUALIFIED, EventType.QUOTE_REQUESTED, EventType.APPOINTMENT_REQUESTED]


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
        self._work = self._things(conversations)
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

    @staticmethod
    def _things(conversations: list[uuid.UUID]) -> Iterator[tuple[uuid.UUID, str]]:
        for conversation_id in conversations:
            yield conversation_id, EventType.CONVERSATION_RESOLVED
            for kind in REPORTED:
                yield conversation_id, kind

    def _take(self) -> tuple[uuid.UUID, str] | None:
        """The next thing, when its time has come."""
        with self._lock:
            thing = next(self._work, None)
            self._next = max(self._next, time.monotonic() - 1) + 1 / self._rate
            wait = self._next - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        return thing

    def _run(self, through_api: bool) -> None:
        token = self._bearer() if through_api else {}
        while not self._stop.is_set() and (thing := self._take()):
            conversation_id, kind = thing
            by_api = through_api and kind == EventType.CONVERSATION_RESOLVED
            make = (
                (lambda i=conversation_id: self._close(i, token))
                if by_api
                else (lambda i=conversation_id, k=kind: self._record(i, k))
            )
            while not make():
                self.refused += 1
                time.sleep(0.1)
            self.accepted.append((str(conversation_id), str(kind)))
        connection.close()

    def _record(self, conversation_id: uuid.UUID, kind: str) -> bool:
        try:
            with transaction.atomic():
                conversation = Conversation.objects.select_related("contact").get(pk=conversation_id)
                if drafts := record_outcome(conversation, kind, Source.API):
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
