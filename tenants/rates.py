"""How often something may be done in a minute: fixed windows, counted in the shared cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import APIException

from tenants import counters

WINDOW = 60  # seconds

logger = structlog.get_logger("tenants.rates")


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of the tightest limit is left, and when it begins anew (seconds since 1970)."""

    limit: int
    remaining: int
    resets_at: int

    @property
    def headers(self) -> dict[str, str]:
        """The contract's (§1)."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(self.resets_at),
        }


class RateLimited(APIException):
    """Too fast; says when to go on (contract §1)."""

    status_code = 429
    default_code = "rate_limited"

    def __init__(self, standing: Standing, *, reset_in: int) -> None:
        super().__init__(f"Too many requests. Try again in {reset_in} seconds.")
        self.headers = {"Retry-After": str(reset_in)} | standing.headers


def count(limits: Mapping[str, int]) -> Standing | None:
    """Count one for each name, and raise RateLimited where it is one too many. One round trip to a Redis cache.

    None where nothing is counted: limits are lifted, or the cache is down, which must not silence anybody.
    """
    if not settings.RATE_LIMITS:
        return None
    now = int(timezone.now().timestamp())
    window = now // WINDOW
    try:
        counts = counters.count([f"{name}.{window}" for name in limits], lifetime=2 * WINDOW)
    except Exception:
        logger.warning("rate limits not counted", exc_info=True)
        return None
    resets_at = (window + 1) * WINDOW
    counted = list(zip(limits.values(), counts, strict=True))
    standings = [Standing(limit, max(0, limit - number), resets_at) for limit, number in counted]
    for standing, (limit, number) in zip(standings, counted, strict=True):
        if number > limit:
            raise RateLimited(standing, reset_in=max(1, resets_at - now))
    return min(standings, key=lambda standing: standing.remaining)
