"""What the environment turns into: settings, or one sentence that names what is wrong (contract §9)."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

ASKED = ("EMAIL_FILE_PATH", "ACCOUNT_RATE_LIMITS", "EMAIL_HOST")
SHOW = f"import json; from autochat import settings as s; print(json.dumps([getattr(s, n) for n in {ASKED!r}]))"


def started(**environment: str) -> subprocess.CompletedProcess[str]:
    """A process that reads the settings and says what they are."""
    env = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1/none", **environment}
    return subprocess.run(
        [sys.executable, "-c", SHOW], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True, check=False
    )


def test_mails_go_to_the_directory_that_was_named() -> None:
    shown = started(EMAIL_URL="filemail:///var/spool/autochat")
    assert json.loads(shown.stdout)[0] == "/var/spool/autochat"


@pytest.mark.parametrize("url", ["bogus://x", "nonsense", "smtp://mail.example.com:port", "filemail://here"])
def test_a_wrong_mail_address_is_named(url: str) -> None:
    shown = started(EMAIL_URL=url)
    assert shown.returncode != 0
    assert "EMAIL_URL" in shown.stderr.splitlines()[-1]


def test_rate_limits_off_lifts_those_of_signing_in() -> None:
    assert json.loads(started(RATE_LIMITS="off").stdout)[1] is False
    assert json.loads(started(RATE_LIMITS="on").stdout)[1] != False  # noqa: E712  ({} is allauth's own)
