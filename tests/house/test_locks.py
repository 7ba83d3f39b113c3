"""The locks: every package by hash, and no word of where it comes from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-uv.txt"])
def test_lock_has_a_hash_for_each_package_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    packages = re.findall(r"^[a-z0-9][\w.-]*==\S+(?:[^\n]*\\\n\s+--hash=sha256:[0-9a-f]{64})?", text, re.MULTILINE)
    assert packages
    assert [package for package in packages if "--hash" not in package] == []
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


def test_every_wanted_package_is_locked() -> None:
    locked = set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    wanted = re.findall(r"^([\w-]+)", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    assert wanted
    assert set(wanted) <= locked
