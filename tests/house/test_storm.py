"""R1: everything is killed, emptied and restarted under load; each outcome arrives. `make storm` does it for long."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from storm.check import check, write


def test_r01_each_blow_falls_and_each_outcome_arrives() -> None:
    command = [sys.executable, "-m", "storm", "--rounds", "1", "--rate", "60", "--pause", "0.3"]
    run = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    verdict = json.loads(run.stdout[run.stdout.index("\n{") :])
    assert sorted(verdict["blows"].values()) == [1] * 5
    assert verdict["delivered"] == verdict["stored"] >= verdict["accepted"] > 100


@pytest.fixture
def history(tmp_path: Path):
    """Writes a history: two outcomes, accepted, stored, and received so many times each."""

    def written(*received: str, stored: tuple[str, ...] = ("1", "2"), bodies: str = "") -> Path:
        facts = {name: {"conversation": name, "type": "t"} for name in ("1", "2")}
        write(tmp_path / "accepted.jsonl", list(facts.values()))
        write(tmp_path / "stored.jsonl", [{"id": name, **facts[name]} for name in stored])
        rows = zip(received, bodies or received, strict=True)
        write(tmp_path / "received.jsonl", [{"id": name, "body": body, "at": 0} for name, body in rows])
        write(tmp_path / "blows.jsonl", [])
        return tmp_path

    return written


def test_r01_the_check_finds_what_is_lost_doubled_or_changed(history) -> None:
    assert check(history("1", "2"))["faults"] == []
    assert check(history("1"))["faults"] == ["stored, not delivered: 2"]
    assert check(history("1", stored=("1",)))["faults"] == ["accepted, not stored: ('2', 't')"]
    assert check(history("1", "2", "2"))["faults"] == ["1 duplicates are 50.0%"]
    assert "two bodies under one id: 2" in check(history("1", "2", "2", bodies="123"))["faults"]
    assert "nothing arrived at all" in check(history())["faults"]
