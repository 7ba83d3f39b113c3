"""A company whose assistant asks the model's double, and ways to make it answer."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from assistants import roster
from assistants.models import Assistant, ProviderKey
from assistants.providers.registry import aclose_all
from assistants.services import answer
from conversations import turns
from conversations.said import Received, Reply, Said
from tests.doubles.openai_server import OpenAIDouble
from tests.world import Company

SECRET = "sk-live-PLANTED-0000000000007f2Q"


def give_key(
    company: Company, double: OpenAIDouble, *, label: str = "Our account", secret: str = SECRET
) -> ProviderKey:
    """A stored key for the double's address."""
    key = roster.new_key(tenant=company.tenant, secret=secret, label=label, base_url=double.url)
    key.save()
    return key


def give_model(company: Company, double: OpenAIDouble, model: str = "double-echo", **fields: Any) -> Assistant:
    """The company's assistant, from now on with a model of the double's."""
    given = {"provider": "openai", "model": model, "provider_key": give_key(company, double), **fields}
    Assistant.objects.filter(pk=company.assistant.pk).update(**given)
    company.assistant.refresh_from_db()
    return company.assistant


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    """The result of asynchronous work, with the clients that it opened closed."""

    async def main() -> Any:
        try:
            return await work()
        finally:
            await aclose_all()

    return async_to_sync(main)()


def receive(company: Company, text: str = "Hello") -> Received:
    """A new visitor's message, taken in."""
    session = uuid.uuid4().hex
    received = turns.receive(Said(tenant=company.tenant, session=session, text=text, client_id=session))
    assert isinstance(received, Received)
    return received


def answered(company: Company, text: str = "Hello") -> Reply:
    """What a new visitor is answered."""
    received = receive(company, text)
    reply: Reply = run(lambda: answer(received, requested=None))
    return reply


def call(browser: Client, method: str, url: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
    """A request by somebody signed in to a page that calls a model."""

    async def request() -> Any:
        client = AsyncClient()
        client.cookies = browser.cookies
        return await getattr(client, method)(url, data, **more)

    return run(request)
