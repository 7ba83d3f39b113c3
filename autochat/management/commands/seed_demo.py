"""`manage.py seed_demo`: the demo tenant, and what to open."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from autochat.demo import seed


class Command(BaseCommand):
    """Make what is missing of the demo tenant and print the addresses and passwords."""

    help = "Make the demo tenant unless it is there, and print what to open."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Safe to run at each start."""
        self.stdout.write(seed().lines())
