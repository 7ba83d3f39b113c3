"""Measure, print a line each, write `var/bench/results.json`: `make bench`, or some of it with `make bench ONLY=f1`."""

from __future__ import annotations

import argparse
import importlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ["RATE_LIMITS"] = "off"
import django

django.setup()

from django.db import connection  # noqa: E402  (needs the apps to be loaded)

from bench.measures import MEASURES  # noqa: E402

RESULTS = Path(__file__).resolve().parent.parent / "var" / "bench" / "results.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*", type=str.lower, help=f"which of {', '.join(MEASURES)}; without it all")
    chosen = parser.parse_args().only or list(MEASURES)
    if unknown := set(chosen) - set(MEASURES):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
    results: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in chosen:
        results[name] = measured(name)
        keep(results)
        print(f"{name:8}{MEASURES[name].line.format(**results[name])}   ({MEASURES[name].goal})", flush=True)
    print(f"\n{os.cpu_count()} cores. The figures are in {RESULTS.relative_to(Path.cwd())}.")


def measured(name: str) -> dict[str, Any]:
    """One measurement, with when it was made and how busy the machine was before it."""
    measure = MEASURES[name]
    module, _, function = measure.where.partition(":")
    facts = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    with database(needed=measure.needs_database):
        return facts | getattr(importlib.import_module(module), function)()


def keep(results: dict[str, Any]) -> None:
    """Written after each, so that one that fails takes none along; what was not measured now stays from before."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")


@contextmanager
def database(*, needed: bool) -> Iterator[None]:
    """An empty database for each measurement, so that none meets another's rows."""
    if not needed:
        yield
        return
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


if __name__ == "__main__":
    main()
