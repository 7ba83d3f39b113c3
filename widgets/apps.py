from __future__ import annotations

from django.apps import AppConfig


class WidgetsConfig(AppConfig):
    name = "widgets"

    def ready(self) -> None:
        from tenants.audit import targets
        from tenants.models import Subject

        tabs = {"appearance": Subject.WIDGET, "domains": Subject.DOMAIN, "install": Subject.WIDGET_TOKEN}
        for tab, subject in {**tabs, "tracking": Subject.MAPPING}.items():
            targets.leads_to(subject, "widgets:settings", query=f"?tab={tab}")
