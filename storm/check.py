"""Read a history and prove it: every accepted outcome arrived, at least once, and what came twice had the same id.

python -m storm.check var/storm/<time>
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

MOST_DUPLICATES = 0.10


def check(folder: Path) -> dict[str, Any]:
    """The figures of a history, and under `faults` everything that is wrong with it."""
    accepted = {(row["conversation"], row["type"]) for row in _rows(folder / "accepted.jsonl")}
    stored = {row["id"]: (row["conversation"], row["type"]) for row in _rows(folder / "stored.jsonl")}
    received = list(_rows(folder / "received.jsonl"))
    times = Counter(row["id"] for row in received)
    bodies: dict[str, set[str]] = {}
    for row in received:
        bodies.setdefault(row["id"], set()).add(row["body"])
    duplicates = len(received) - len(times)
    share = duplicates / len(times) if times else 0.0
    faults = [
        *(f"accepted, not stored: {fact}" for fact in accepted - set(stored.values())),
        *(f"stored, not delivered: {outcome}" for outcome in set(stored) - set(times)),
        *(f"delivered, never stored: {outcome}" for outcome in set(times) - set(stored)),
        *(f"two bodies under one id: {outcome}" for outcome, seen in bodies.items() if len(seen) > 1),
        *(f"stored twice: {fact}" for fact, count in Counter(stored.values()).items() if count > 1),
    ]
    if share > MOST_DUPLICATES:
        faults.append(f"{duplicates} duplicates are {share:.1%}")
    if not received:
        faults.append("nothing arrived at all")
    blows = Counter(row["blow"] for row in _rows(folder / "blows.jsonl"))
    return {
        "accepted": len(accepted),
        "stored": len(stored),
        "delivered": len(times),
        "duplicates": duplicates,
        "share": round(share, 4),
        "blows": dict(blows),
        "faults": faults,
    }


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    """One JSON object a line."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


if __name__ == "__main__":
    found = check(Path(sys.argv[1]))
    print(json.dumps(found, indent=2))
    sys.exit(bool(found["faults"]))
