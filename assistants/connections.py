"""How an assistant reaches its model: with its tenant's key, or on the platform's account (contract §9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
from django.conf import settings

from assistants.keys import open_secret
from assistants.models import Assistant, ProviderKey
from assistants.providers.base import TOTAL_BUDGET, Connection, Failure, Provider, ProviderError
from assistants.providers.connectors import ConnectorFactory, plain_connector
from assistants.providers.registry import build_provider, openai_provider
from tenants import egress
from tenants.sealing import SecretUnreadable

if TYPE_CHECKING:
    from assistants.providers.openai import OpenAIProvider


def guarded_connector() -> aiohttp.BaseConnector:
    """For addresses that tenants chose; one function, so that its connections are pooled."""
    return egress.connector(settings.EGRESS_ALLOWED_HOSTS)


def model_of(assistant: Assistant) -> str:
    """The name of the model that this assistant asks."""
    return assistant.model or settings.OPENAI_MODEL


def provider_for(assistant: Assistant, *, most_tokens: int | None = None, seconds: float = TOTAL_BUDGET) -> Provider:
    """The provider that answers for this assistant. Needs `provider_key` loaded. Raises ProviderError.

    The platform's key goes to the platform's address only, never to one that a tenant wrote; a tenant's key only to
    the address that it was entered for. `most_tokens` limits the reply where the assistant doesn't.
    """
    connection = _connection(assistant, most_tokens)
    connector = guarded_connector if _own_address(assistant) else plain_connector
    return build_provider(assistant.provider, connection, connector=connector, budget=seconds)


def obstacle(assistant: Assistant) -> str:
    """Why this assistant's model can't even be asked; empty where it can. Asks nobody. Needs `provider_key` loaded."""
    try:
        _connection(assistant)
    except ProviderError as error:
        return error.message
    return ""


def _connection(assistant: Assistant, most_tokens: int | None = None) -> Connection:
    key = assistant.provider_key
    own_address = _own_address(assistant)
    connection = Connection(
        base_url=own_address or settings.OPENAI_BASE_URL,
        api_key=_opened(key) if key else ("" if own_address else settings.OPENAI_API_KEY),
        model=model_of(assistant),
        temperature=assistant.temperature,
        max_tokens=assistant.max_tokens or most_tokens,
    )
    if assistant.provider == Assistant.Provider.OPENAI and not connection.api_key and not own_address:
        raise ProviderError(
            Failure.NOT_CONFIGURED,
            f"The assistant “{assistant.name}” has no key for its AI provider. Enter one on its page.",
        )
    return connection


def provider_with(key: ProviderKey, *, model: str, max_tokens: int, seconds: float) -> OpenAIProvider:
    """What a key reaches, with no assistant around it. Raises ProviderError."""
    connection = Connection(
        base_url=key.base_url or settings.OPENAI_BASE_URL, api_key=_opened(key), model=model, max_tokens=max_tokens
    )
    return openai_provider(connection, guarded_connector if key.base_url else plain_connector, seconds)


def embedding_model_of(assistant: Assistant) -> str:
    """The name of the model that turns texts into vectors with this assistant's key."""
    key = assistant.provider_key
    return (key.embedding_model if key else "") or settings.OPENAI_EMBEDDING_MODEL


def embedding_connection(assistant: Assistant) -> tuple[Connection, ConnectorFactory]:
    """Where this assistant's texts are turned into vectors: with the key and at the address that it answers with.

    Needs `provider_key` loaded. Raises ProviderError.
    """
    key, own_address = assistant.provider_key, _own_address(assistant)
    api_key = _opened(key) if key else ("" if own_address else settings.OPENAI_API_KEY)
    if not api_key and not own_address:
        raise ProviderError(Failure.NOT_CONFIGURED, "There is no key to turn texts into vectors with.")
    connection = Connection(own_address or settings.OPENAI_BASE_URL, api_key, embedding_model_of(assistant))
    return connection, guarded_connector if own_address else plain_connector


def _own_address(assistant: Assistant) -> str:
    key = assistant.provider_key
    if key is None:
        return assistant.base_url
    if assistant.base_url and assistant.base_url != key.base_url:
        raise ProviderError(
            Failure.NOT_CONFIGURED,
            f"The key “{key.label}” was entered for another address than that of “{assistant.name}”, so it is not sent "
            "there. Enter a key for this address on the assistant's page.",
        )
    return key.base_url


def _opened(key: ProviderKey) -> str:
    try:
        return open_secret(key)
    except SecretUnreadable as problem:
        raise ProviderError(Failure.NOT_CONFIGURED, str(problem)) from None
