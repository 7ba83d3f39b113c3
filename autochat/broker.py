"""The broker's transport, so that a worker outlives its Redis whatever it was doing when that went away.

kombu 5.7 closes a lost connection twice. The first time its own errors are passed over and its address is forgotten;
if a channel is still open then, the second time it would hand tasks in work back to the broker, for which it needs the
address, and the worker ends by an AttributeError. There is nobody to hand them back to: they come again when the time
for which the broker keeps them out of sight is over, and what they do stands in tables meanwhile.
"""

from __future__ import annotations

from kombu.transport import TRANSPORT_ALIASES, redis


class Channel(redis.Channel):
    """Gives nothing back where nobody is left to take it."""

    def close(self) -> None:
        """End it; also a second time, and when the connection is gone."""
        if getattr(self.connection, "client", None) is None:
            self.do_restore = False
        super().close()


class Transport(redis.Transport):
    """With such channels."""

    Channel = Channel


def install() -> None:
    """Use it for all connections to Redis that are made from now on; the schemes keep their meaning."""
    TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), f"{__name__}:{Transport.__name__}"))
