"""Measure, print a table, write `var/bench/results.json`."""

from __future__ import annotations

import argparse
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ["RATE_LIMITS"] = "off"
import django

django.setup()

from django.db import connection  # noqa: E402  (needs the apps to be loaded)

from bench import start, turns, webhooks  # noqa: E402

RESULTS = Path(__file__).resolve().parent.parent / "var" / "bench" / "results.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", nargs="*", default=["F1", "F2", "F4", "F7"], help="which of F1 F2 F4 F7")
    parser.add_argument("--seconds", type=float, default=8, help="length of one round of F1")
    given = parser.parse_args()
    results: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "cores": os.cpu_count()}
    if {"F1", "F2", "F4"} & set(given.figures):
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            if "F1" in given.figures:
                results["F1"] = turns.f1(given.seconds)
            if "F2" in given.figures:
                results["F2"] = turns.f2()
            if "F4" in given.figures:
                results["F4"] = webhooks.measure()
        finally:
            connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
    if "F7" in given.figures:
        results["F7"] = start.f7()
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2))
    print("\n".join(table(results)))


def table(results: dict[str, Any]) -> list[str]:
    """The figures beside their goals, one line each."""
    lines = ["", f"{'':4}{'measured':58}{'goal'}"]
    if row := results.get("F1"):
        lines.append(
            f"F1  {row['share']:.2f} of the floor ({row['spread'][0]:.2f} to {row['spread'][1]:.2f}); "
            f"{row['product_per_second']:.0f} of {row['floor_per_second']:.0f} turns/s; "
            f"{row['product_cpu_ms']:.1f} of {row['floor_cpu_ms']:.1f} ms CPU; {row['failed']} failed   >= 0.5"
        )
    if row := results.get("F2"):
        lines.append(
            f"F2  {row['failed']} failed; p99 adds {row['p99_added']:.2f} s, floor {row['floor_p99_added']:.2f} s "
            f"({row['ratio']:.2f}x); {row['memory_mb']:.0f} MB   0; <= 1.5x; <= 300 MB"
        )
    if row := results.get("F4"):
        lines.append(
            f"F4  {row['per_second']} deliveries/s, {row['cpu_ms']:.2f} ms CPU each, p95 {row['p95_ms']:.0f} ms; "
            f"with a fifth hanging {row['per_second_with_hanging']}/s, "
            f"p95 {row['p95_ms_with_hanging']:.0f} ms ({row['ratio']:.1f}x); {row['lost']} lost   >= 500/s; <= 2x"
        )
    if row := results.get("F7"):
        lines.append(f"F7  first answer after {row['fresh']:.0f} s; warm {row['warm']:.1f} s   <= 60 s; <= 5 s")
    return lines


if __name__ == "__main__":
    main()
