"""Whether a key works: one real, tiny call with it. What its server offers is remembered for a few minutes."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache

from assistants.connections import provider_with
from assistants.models import ProviderKey
from assistants.providers.base import Failure, Prompt, ProviderError, Said

CHECK_SECONDS = 20.0
"""An admin waits for it in front of a form."""

REPLY_TOKENS = 200
"""Enough for models that think before they say one word."""

MODELS_KEPT_SECONDS = 600
"""Lists of models change by the week; pages that offer them shouldn't ask each time."""

FINAL = frozenset({Failure.UNREACHABLE, Failure.TIMEOUT, Failure.REFUSED_ADDRESS, Failure.NOT_CONFIGURED})
"""Failures of the list after which a call would only fail the same way. Others: the server may have no list."""

PROMPT = Prompt(system="Answer with the word OK.", transcript=(Said("visitor", "Is this key in order?"),))


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """How the call went; `words` say what to do where it failed."""

    model: str
    milliseconds: int
    models: tuple[str, ...] = ()
    failure: str = ""
    words: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the model answered."""
        return not self.failure

    @property
    def is_refused(self) -> bool:
        """Whether the provider said that this is no key of theirs: then there is nothing to keep."""
        return self.failure == Failure.BAD_KEY


async def check_key(key: ProviderKey, *, model: str = "") -> KeyCheck:
    """Call the key's address with it: its list of models first, then the model named, or else a likely one."""
    began = time.monotonic()
    models: tuple[str, ...] = ()
    try:
        models = await _listed(key)
        model = model or _likely(models)
        await provider_with(key, model=model, max_tokens=REPLY_TOKENS, seconds=CHECK_SECONDS).complete(PROMPT)
    except ProviderError as error:
        return KeyCheck(model, _since(began), models, failure=error.failure.value, words=error.message)
    return KeyCheck(model, _since(began), models)


async def models_of(key: ProviderKey) -> tuple[str, ...]:
    """The models that a key can choose from, as the server last told; none where it doesn't tell."""
    known = await cache.aget(_place(key))
    if known is not None:
        return tuple(known)
    try:
        models = tuple(sorted(await _listed(key)))
    except ProviderError:
        models = ()
    await cache.aset(_place(key), list(models), MODELS_KEPT_SECONDS if models else 60)
    return models


def forget_models(key: ProviderKey) -> None:
    """Ask the server anew next time: another key may see other models."""
    cache.delete(_place(key))


async def _listed(key: ProviderKey) -> tuple[str, ...]:
    lister = provider_with(key, model=settings.OPENAI_MODEL, max_tokens=1, seconds=CHECK_SECONDS / 2)
    try:
        return await lister.models()
    except ProviderError as error:
        if error.failure in FINAL:
            raise
        return ()


def _likely(models: tuple[str, ...]) -> str:
    return settings.OPENAI_MODEL if settings.OPENAI_MODEL in models or not models else models[0]


def _place(key: ProviderKey) -> str:
    return f"provider-models:{key.pk}"


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
