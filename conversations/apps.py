from __future__ import annotations

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "conversations"

    def ready(self) -> None:
        from conversations import receivers  # noqa: F401  (connecting them is the point)
        from conversations.models import Contact
        from tenants.audit import targets
        from tenants.models import Subject

        targets.leads_to(Subject.CONTACT, "contacts:contact", Contact)
