"""How many answers a tenant may have in the making at once, per process: one busy tenant leaves room for the others."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from assistants.providers.base import Failure, ProviderError

_taken: Counter[uuid.UUID] = Counter()
_lock = threading.Lock()


@contextmanager
def slot(tenant_id: uuid.UUID) -> Iterator[None]:
    """Take one of the tenant's slots for the block, or raise ProviderError at once: nobody waits in a line."""
    with _lock:
        if _taken[tenant_id] >= settings.PROVIDER_CALLS_PER_TENANT:
            raise ProviderError(
                Failure.RATE_LIMITED, "Too many answers are being made for your company at once. Try again in a moment."
            )
        _taken[tenant_id] += 1
    try:
        yield
    finally:
        with _lock:
            _taken[tenant_id] -= 1
            if not _taken[tenant_id]:
                del _taken[tenant_id]
