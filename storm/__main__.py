"""Kill, empty and restart under load, then prove that nothing was lost; the history stays under var/storm."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from autochat.embedded import Cluster
from tests.redis_server import RedisServer

VAR = Path(__file__).resolve().parent.parent / "var" / "storm"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10, help="how often each blow falls")
    parser.add_argument("--rate", type=float, default=200, help="outcomes a second")
    parser.add_argument("--pause", type=float, default=2.0, help="seconds between two blows")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))  # and take down what was started
    folder = VAR / datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S")
    folder.mkdir(parents=True)
    (VAR / "postgres").mkdir(exist_ok=True)
    cluster, redis = Cluster(VAR / "postgres"), RedisServer()
    cluster.ensure_running()
    redis.start()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "autochat.settings",
        "DATABASE_URL": f"postgresql://postgres@/autochat?host={cluster.socket_dir}",
        "REDIS_URL": redis.url,
        "RATE_LIMITS": "off",
        "EGRESS_ALLOWED_HOSTS": "127.0.0.1",
    }
    import django

    django.setup()
    from storm.run import rage  # only now: it needs the database that was just made

    rage(cluster, redis, folder, rounds=given.rounds, rate=given.rate, pause=given.pause)
    return _judge(folder)


def _judge(folder: Path) -> int:
    from storm.check import check

    found = check(folder)
    (folder / "verdict.json").write_text(json.dumps(found, indent=2))
    print(json.dumps(found | {"faults": found["faults"][:10], "history": str(folder)}, indent=2))
    return int(bool(found["faults"]))


if __name__ == "__main__":
    sys.exit(main())
