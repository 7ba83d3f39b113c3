"""The breaker in front of a provider, on a clock that a test turns."""

from __future__ import annotations

import asyncio

import pytest

from assistants.providers.base import Failure, ProviderError
from assistants.providers.breaker import OPEN_SECONDS, OPENS_AFTER, Breaker


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def attempt(breaker: Breaker, failure: Failure | None = None) -> bool:
    """True when the attempt was let through; ends as told."""
    problem = ProviderError(failure, "It failed.") if failure else None
    try:
        with breaker.guard():
            if problem is not None:
                raise problem
    except ProviderError as error:
        return error is problem
    return True


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_breaker(clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(OPENS_AFTER):
        assert attempt(breaker, Failure.TIMEOUT)
    return breaker


def test_open_breaker_turns_calls_away_and_says_for_how_long(open_breaker, clock):
    clock.now += 5
    with pytest.raises(ProviderError) as caught, open_breaker.guard():
        pytest.fail("an open breaker let a call through")
    assert (caught.value.failure, caught.value.retry_after) == (Failure.TIMEOUT, OPEN_SECONDS - 5)


def test_one_probe_at_a_time_and_its_success_closes(open_breaker, clock):
    clock.now += OPEN_SECONDS
    with open_breaker.guard():
        assert open_breaker.is_open
        assert not attempt(open_breaker)
    assert not open_breaker.is_open
    assert attempt(open_breaker)


def test_failed_probe_opens_again(open_breaker, clock):
    clock.now += OPEN_SECONDS
    assert attempt(open_breaker, Failure.SERVER_ERROR)
    assert not attempt(open_breaker)
    clock.now += OPEN_SECONDS
    assert attempt(open_breaker)


def test_cancelled_probe_leaves_room_for_the_next(open_breaker, clock):
    clock.now += OPEN_SECONDS
    with pytest.raises(asyncio.CancelledError), open_breaker.guard():
        raise asyncio.CancelledError
    assert attempt(open_breaker)


@pytest.mark.parametrize("failure", [None, Failure.BAD_KEY, Failure.GARBAGE, Failure.RATE_LIMITED])
def test_a_sign_of_life_starts_the_count_again(clock, failure):
    breaker = Breaker(clock)
    for _ in range(3):
        for _ in range(OPENS_AFTER - 1):
            assert attempt(breaker, Failure.UNREACHABLE)
        assert attempt(breaker, failure)
