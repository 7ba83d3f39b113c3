from __future__ import annotations

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "tracking"

    def ready(self) -> None:
        from conversations import facts
        from tracking import qualifying, receivers  # noqa: F401  (connects them)

        facts.wanted_by(qualifying.asked_of_visitors)
