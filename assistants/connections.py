"""How an assistant reaches its model: with its tenant's key, or on the platform's account (contract §9)."""

from __future__ import annotations

import aiohttp
from django.conf import settings

from assistants.keys import KeyUnreadable, open_secret
from assistants.models import Assistant
from assistants.providers.base import Connection, Failure, Provider, ProviderError
from assistants.providers.registry import build_provider
from assistants.providers.transport import plain_connector
from tenants import egress


def guarded_connector() -> aiohttp.BaseConnector:
    """For addresses that tenants chose; one function, so that its connections are pooled."""
    return egress.connector(settings.EGRESS_ALLOWED_HOSTS)


def provider_for(assistant: Assistant) -> Provider:
    """The provider that answers for this assistant. Needs `provider_key` loaded. Raises ProviderError.

    The platform's key goes to the platform's address only, never to one that a tenant wrote.
    """
    key = assistant.provider_key
    own_address = assistant.base_url or (key.base_url if key else "")
    connection = Connection(
        base_url=own_address or settings.OPENAI_BASE_URL,
        api_key=_own_key(assistant) if key else ("" if own_address else settings.OPENAI_API_KEY),
        model=assistant.model or settings.OPENAI_MODEL,
        temperature=assistant.temperature,
        max_tokens=assistant.max_tokens,
    )
    if assistant.provider == Assistant.Provider.OPENAI and not connection.api_key and not own_address:
        raise ProviderError(
            Failure.NOT_CONFIGURED, f"The assistant “{assistant.name}” has no key for its AI provider. Enter one on its page."
        )
    connector = guarded_connector if own_address else plain_connector
    return build_provider(assistant.provider, connection, connector=connector)


def _own_key(assistant: Assistant) -> str:
    assert assistant.provider_key is not None
    try:
        return open_secret(assistant.provider_key)
    except KeyUnreadable as problem:
        raise ProviderError(Failure.NOT_CONFIGURED, str(problem)) from None
