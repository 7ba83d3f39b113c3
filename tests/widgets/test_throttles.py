"""S8: how fast a session and a tenant may knock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone

from tenants import counters
from tenants.rates import RateLimited
from tests.widgets.door import Door, code_of
from widgets import throttles

RATE = throttles.Rate("test", session=3, tenant=5)
NOON = timezone.now().replace(second=15, microsecond=0) - timedelta(minutes=1)


@pytest.fixture
def clock(monkeypatch):
    """A minute that doesn't end in the middle of a test."""
    now = [NOON]
    monkeypatch.setattr("django.utils.timezone.now", lambda: now[0])
    return now


def _allowed(tenant_id, session, times):
    passed = 0
    for _ in range(times):
        try:
            throttles.check(RATE, tenant_id=tenant_id, session=session)
        except RateLimited:
            continue
        passed += 1
    return passed


def test_s08_a_session_has_its_own_limit(acme, globex, clock):
    assert _allowed(acme.tenant.pk, "one", 10) == 3
    assert _allowed(globex.tenant.pk, "one", 10) == 3


def test_s08_all_sessions_of_a_tenant_share_one(acme, clock):
    assert [_allowed(acme.tenant.pk, str(number), 1) for number in range(7)] == [1] * 5 + [0] * 2


def test_s08_a_new_minute_begins_anew(acme, clock):
    assert _allowed(acme.tenant.pk, "one", 5) == 3
    clock[0] = NOON + timedelta(seconds=45)
    assert _allowed(acme.tenant.pk, "one", 5) == 3


def test_s08_limits_can_be_lifted(acme, clock, settings):
    settings.RATE_LIMITS = False
    assert _allowed(acme.tenant.pk, "one", 10) == 10


def test_s08_the_limit_holds_under_many_at_once(acme, clock):
    with ThreadPoolExecutor(8) as pool:
        passed = sum(pool.map(lambda _: _allowed(acme.tenant.pk, "one", 1), range(40)))
    assert passed == 3


def test_s08_limits_hold_without_redis_too(acme, clock, monkeypatch, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "throttles"}}
    own = caches.create_connection("default")
    monkeypatch.setattr(counters, "shared", lambda: own)
    assert _allowed(acme.tenant.pk, "one", 10) == 3


def test_s08_a_cache_that_is_down_lets_pass(acme, clock, monkeypatch, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    }
    dead = caches.create_connection("default")
    monkeypatch.setattr(counters, "shared", lambda: dead)
    assert _allowed(acme.tenant.pk, "one", 10) == 10


def test_s08_too_fast_is_429_and_says_when_to_go_on(acme, clock, monkeypatch):
    monkeypatch.setattr(throttles, "MESSAGES", replace(throttles.MESSAGES, session=2))
    door = Door(acme)
    answers = [door.get("messages", {"sessionId": "test_session"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert code_of(answers[2]) == (429, "rate_limited")
    assert answers[2]["Retry-After"] == "45"
    assert answers[2]["X-RateLimit-Limit"] == "2"
    assert answers[2]["X-RateLimit-Remaining"] == "0"
    assert answers[2]["X-RateLimit-Reset"] == str(int(NOON.timestamp()) + 45)
    assert answers[2]["Access-Control-Allow-Origin"] == door.origin


def test_sessions_are_not_kept_in_the_cache_as_they_are(acme, clock, monkeypatch):
    keys = []
    monkeypatch.setattr(counters, "count", lambda names, lifetime: keys.extend(names) or [1] * len(names))
    throttles.check(RATE, tenant_id=acme.tenant.pk, session="a-visitors-secret")
    assert len(keys) == 2
    assert not any("a-visitors-secret" in key for key in keys)
