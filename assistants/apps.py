from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AssistantsConfig(AppConfig):
    name = "assistants"

    def ready(self) -> None:
        from assistants import knowledge, receivers, vectors  # noqa: F401  (connecting the receivers is the point)
        from tenants import measures

        post_migrate.connect(vectors.make_column, sender=self, dispatch_uid="vectors")
        measures.counted_by("knowledge_characters", knowledge.characters)
