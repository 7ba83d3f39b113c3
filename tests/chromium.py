"""The headless Chromium of the browser tests: found, or loudly missed."""

from __future__ import annotations

import os
import shutil

from tests.programs import MISSED as NOT_RUN

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
MISSED = f"No Chromium: the browser tests {NOT_RUN}. Install chromium, or say where it is with CHROME."


def chromium() -> str | None:
    """The program to drive: the one that CHROME names, else the first on PATH."""
    if named := os.environ.get("CHROME"):
        return named
    return next((found for name in NAMES if (found := shutil.which(name))), None)
