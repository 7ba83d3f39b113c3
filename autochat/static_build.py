"""Collect the static files when, and only when, what they are made of has changed."""

from __future__ import annotations

import fcntl
import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

UNUSED = ["rest_framework"]  # the API answers in JSON only, and compressing what nobody asks for takes seconds


def collect_static() -> bool:
    """Bring STATIC_ROOT up to date; says whether there was anything to do. Safe beside another process doing it."""
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    stamp = root.with_name(f"{root.name}.stamp")
    with root.with_name(f"{root.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        now = _fingerprint()
        if stamp.exists() and stamp.read_text() == now:
            return False
        stamp.unlink(missing_ok=True)  # if this is cut short, the next start does it again
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED)
        stamp.write_text(now)
    return True


def _fingerprint() -> str:
    # Other packages' static files change with their versions, which the lock names; ours by their time and size.
    seen = hashlib.sha256(repr(UNUSED).encode() + (settings.BASE_DIR / "requirements.txt").read_bytes())
    for folder in settings.STATICFILES_DIRS:
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file():
                facts = path.stat()
                seen.update(f"{path}:{facts.st_mtime_ns}:{facts.st_size}\n".encode())
    return seen.hexdigest()
