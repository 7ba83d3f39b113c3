from __future__ import annotations

from django.apps import AppConfig


class AutochatConfig(AppConfig):
    """The wiring: makes the Celery app the default one and brings the run commands along."""

    name = "autochat"

    def ready(self) -> None:
        from autochat import celery  # noqa: F401  (registering the app is the point; settings are ready only here)
