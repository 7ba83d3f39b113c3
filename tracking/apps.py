from __future__ import annotations

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "tracking"

    def ready(self) -> None:
        from conversations import facts, led_to
        from tenants.audit import targets
        from tenants.models import Subject
        from tracking import models, qualifying, receivers, told  # noqa: F401  (connects them)

        facts.wanted_by(qualifying.asked_of_visitors)
        led_to.told_by(outcomes=told.outcomes_of, answers=told.answers_of)
        targets.leads_to(Subject.WEBHOOK, "webhooks:endpoint", models.WebhookEndpoint)
        targets.leads_to(Subject.QUALIFICATION, "tracking:qualification")
