"""Programs that tests need and no lock file brings: found, or loudly missed. `scripts/have.sh` installs them."""

from __future__ import annotations

import os
import shutil

import pytest

MISSED = "did NOT run"
"""What the reason says of each test that is skipped for want of a program."""


def program(name: str, *, runs: str) -> str:
    """The path of this program; without it the test is skipped, in CI it fails. `runs`: what does not run then."""
    found = shutil.which(name)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"No {name}: {runs} {MISSED}. Install {name}.")
    return found
