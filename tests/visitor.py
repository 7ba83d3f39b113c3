"""A visitor at the widget's door: real HTTP against a running server."""

from __future__ import annotations

import json
import queue
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from assistants import keys
from assistants.models import Assistant, ProviderKey
from tenants.models import Tenant
from tests.waiting import PATIENCE
from widgets import tokens


@dataclass(frozen=True)
class Told:
    """One event of a stream."""

    id: str
    event: str
    data: dict[str, Any]


class Stream:
    """A visitor's open stream, read in a thread so that a test can wait for it with a deadline."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self._told: queue.Queue[Told] = queue.Queue()
        threading.Thread(target=self._read, args=[response], daemon=True).start()

    def next(self, seconds: float = PATIENCE, *, tracking: bool = False) -> Told:
        """The next event of what the visitor sees, or with `tracking` of all."""
        told = self._told.get(timeout=seconds)
        return told if tracking or told.event != "tracking" else self.next(seconds)

    def until(self, event: str, seconds: float = PATIENCE) -> list[Told]:
        """All events up to the first of this kind."""
        told = [self.next(seconds)]
        while told[-1].event != event:
            told.append(self.next(seconds))
        return told

    def _read(self, response: httpx.Response) -> None:
        fields: dict[str, str] = {}
        with suppress(httpx.HTTPError, httpx.StreamError):
            for line in response.iter_lines():
                name, _, value = line.partition(": ")
                if line and name:
                    fields[name] = value
                elif "event" in fields:
                    self._told.put(Told(fields.get("id", ""), fields["event"], json.loads(fields["data"])))
                if not line:
                    fields = {}


@dataclass
class Visitor:
    """Somebody with a widget token and a session of their own."""

    base_url: str
    tenant: Tenant
    token: str = ""
    session: str = field(default_factory=lambda: f"session-{uuid.uuid4().hex}")
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.token = self.token or tokens.issue(tenant=self.tenant, label="Tests")[1]

    @property
    def door(self) -> str:
        """The widget API of the visitor's tenant."""
        return f"{self.base_url}/api/widgets/{self.tenant.pk}"

    def say(self, message: Any = "Hello!", **fields: Any) -> httpx.Response:
        """Send a message; `fields` are the call's other fields."""
        return self.post("chat", {"sessionId": self.session, "message": message, **fields})

    def post(self, path: str, body: Any = None, **options: Any) -> httpx.Response:
        """POST to the door; `content` in the options sends raw bytes instead of JSON."""
        if "content" not in options:
            options["json"] = body
        headers = {**self._authorization(), "Content-Type": "application/json", **options.pop("headers", {})}
        return httpx.post(f"{self.door}/{path}", headers=headers, timeout=60, **options)

    def get(self, path: str, **params: Any) -> httpx.Response:
        """GET from the door."""
        return httpx.get(f"{self.door}/{path}", headers=self._authorization(), params=params, timeout=60)

    @contextmanager
    def follow(self, last_event_id: str = "") -> Iterator[Stream]:
        """Open the visitor's stream."""
        headers = self._authorization() | ({"Last-Event-ID": last_event_id} if last_event_id else {})
        with httpx.stream(
            "GET", f"{self.door}/stream", params={"sessionId": self.session}, headers=headers, timeout=60
        ) as response:
            yield Stream(response)

    @contextmanager
    def ask(self, message: Any = "Hello!", **fields: Any) -> Iterator[Stream]:
        """Send a message and hear the answer while it is made."""
        headers = {**self._authorization(), "Accept": "text/event-stream"}
        body = {"sessionId": self.session, "message": message, **fields}
        with httpx.stream("POST", f"{self.door}/chat", json=body, headers=headers, timeout=60) as response:
            yield Stream(response)

    def stop(self, message_id: str) -> httpx.Response:
        """Have enough of an answer."""
        return self.post("chat/stop", {"sessionId": self.session, "messageId": message_id})

    def history(self) -> list[dict[str, Any]]:
        """What the visitor's widget shows after a reload."""
        messages: list[dict[str, Any]] = self.get("messages", sessionId=self.session).json()["messages"]
        return messages

    def _authorization(self) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {**bearer, **self.headers}


def connect_model(
    assistant: Assistant, url: str, *, model: str = "double", secret: str = "sk-tests-0123456789"
) -> None:
    """Have the assistant answer through the model's double at `url`."""
    key = ProviderKey(tenant=assistant.tenant, label="Tests", base_url=url)
    keys.put_secret(key, secret)
    key.save()
    assistant.provider, assistant.model, assistant.provider_key = Assistant.Provider.OPENAI, model, key
    assistant.save()
