"""The shared cache as the API's doors use it: one object per process, and counters that cost one round trip.

Django makes a cache object per context. Work that the event loop hands to a thread runs in a context of its own each
time, which with Redis would be a new connection for every visitor's request.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.redis import RedisCache

if TYPE_CHECKING:
    from redis.commands.core import Script

_COUNT = """
local counts = {}
for position, key in ipairs(KEYS) do
  counts[position] = redis.call("INCR", key)
  if counts[position] == 1 then redis.call("EXPIRE", key, ARGV[1]) end
end
return counts
"""


@functools.cache
def shared() -> BaseCache:
    """The cache; its client is safe to use from many threads."""
    backend: BaseCache = caches.create_connection("default")
    return backend


def count(keys: list[str], *, lifetime: int) -> list[int]:
    """Add one to each counter, atomically, and return what they are now. They vanish after `lifetime` seconds."""
    backend = shared()
    if isinstance(backend, RedisCache):
        return _count_in_redis(backend, keys, lifetime)
    return [_count_one(backend, key, lifetime) for key in keys]


def _count_in_redis(backend: RedisCache, keys: list[str], lifetime: int) -> list[int]:
    names = [backend.make_and_validate_key(key) for key in keys]
    return [int(number) for number in _script(backend)(keys=names, args=[lifetime])]


@functools.cache
def _script(backend: RedisCache) -> Script:
    from redis.commands.core import Script  # late: slow to import, and only here once there is a Redis

    return Script(backend._cache.get_client(None, write=True), _COUNT)  # noqa: SLF001


def _count_one(backend: BaseCache, key: str, lifetime: int) -> int:
    try:
        return int(backend.incr(key))
    except ValueError:  # not there yet; where two come first at once, one of the adds wins
        backend.add(key, 0, lifetime)
        return int(backend.incr(key))
