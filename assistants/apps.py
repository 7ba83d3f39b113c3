from __future__ import annotations

from django.apps import AppConfig


class AssistantsConfig(AppConfig):
    name = "assistants"

    def ready(self) -> None:
        from assistants import knowledge, receivers  # noqa: F401  (connecting the receivers is the point)
        from tenants import measures

        measures.counted_by("knowledge_characters", knowledge.characters)
