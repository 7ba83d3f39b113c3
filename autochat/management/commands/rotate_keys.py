"""`manage.py rotate_keys`: what to run after a new key was put first in ENCRYPTION_KEYS, before the old one goes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assistants import resealing as assistants
from tenants.sealing import Resealed
from tracking import resealing as tracking


class Command(BaseCommand):
    """Seal every key and secret under the ring's first key."""

    help = "Seal every stored key and secret under the first key of ENCRYPTION_KEYS. It can be cut off and run again."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many rows are locked at a time."""
        parser.add_argument("--batch", type=int, default=200, help="Rows per transaction (200).")

    def handle(self, *_: Any, **options: Any) -> None:
        """Do it, and say how many."""
        done, batch = Resealed(), max(options["batch"], 1)
        assistants.reseal_all(batch, done)
        tracking.reseal_all(batch, done)
        self.stdout.write(f"{done.sealed} sealed anew, {done.current} were current, {len(done.unreadable)} unreadable.")
        if done.unreadable:
            rows = ", ".join(str(row) for row in done.unreadable)
            raise CommandError(
                f"These keys can't be opened with any key of ENCRYPTION_KEYS: {rows}. Put the key they were sealed "
                "under back into the ring and run this again, or have them entered again."
            )
