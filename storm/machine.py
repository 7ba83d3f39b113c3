"""What the storm rages over: PostgreSQL, Redis and the product's processes; and the blows that they get."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from autochat.embedded import Cluster
from tests import reaper
from tests.redis_server import RedisServer
from tests.servers import Beat, Running, Web, Worker


class Machine:
    """Everything that can be struck."""

    def __init__(self, cluster: Cluster, redis: RedisServer) -> None:
        self.cluster = cluster
        self.redis = redis
        self.web = Web(ready_at="/healthz")
        self.worker = Worker()
        self.beat = Beat()
        self.blows: dict[str, Callable[[], None]] = {
            "web killed": lambda: self._kill(self.web),
            "worker killed": lambda: self._kill(self.worker),
            "beat killed": lambda: self._kill(self.beat),
            "redis emptied": self._empty_redis,
            "postgres restarted": self._restart_postgres,
        }

    def start(self) -> None:
        """Bring the processes up, side by side."""
        self._watch_postgres()
        with ThreadPoolExecutor() as pool:
            list(pool.map(Running.start, (self.web, self.worker, self.beat)))

    def stop(self) -> None:
        """Take all of it down."""
        for process in (self.web, self.worker, self.beat):
            process.kill()
        self.redis.stop()
        self.cluster.stop()

    def strike(self, rounds: int, pause: float, note: Callable[[str], None]) -> None:
        """Each blow so many times, in an order that chance decides."""
        for name in self._order(rounds):
            time.sleep(pause)
            note(name)
            self.blows[name]()

    def _order(self, rounds: int) -> list[str]:
        """The worker's last kill is early: what it had in hand comes back after 20 seconds, which pass meanwhile."""
        order = [name for name in self.blows for _ in range(rounds)]
        random.SystemRandom().shuffle(order)
        last = len(order) - 1 - order[::-1].index("worker killed")
        order.insert(min(last, len(order) - len(self.blows)), order.pop(last))
        return order

    @staticmethod
    def _kill(process: Running) -> None:
        process.kill()
        process.start()

    def _empty_redis(self) -> None:
        self.redis.stop()
        self.redis.start()

    def _restart_postgres(self) -> None:
        self.cluster.stop()
        self.cluster.ensure_running()
        self._watch_postgres()

    def _watch_postgres(self) -> None:
        """It outlives whoever starts it, unless somebody looks."""
        reaper.watch(int((self.cluster.data / "postmaster.pid").read_text().split("\n", 1)[0]))
