from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AssistantsConfig(AppConfig):
    name = "assistants"

    def ready(self) -> None:
        from assistants import knowledge, models, receivers, vectors  # noqa: F401  (connecting the receivers is the point)
        from tenants import measures
        from tenants.audit import targets
        from tenants.models import Subject

        post_migrate.connect(vectors.make_column, sender=self, dispatch_uid="vectors")
        measures.counted_by("knowledge_characters", knowledge.characters)
        targets.leads_to(Subject.ASSISTANT, "assistants:edit", models.Assistant)
        targets.leads_to(Subject.ROUTING, "assistants:routing_edit", models.RoutingRule)
        targets.leads_to(Subject.TOOL, "assistants:tool", models.Tool)
        targets.leads_to(Subject.KNOWLEDGE, "assistants:knowledge_edit", models.KnowledgeSource)
        targets.leads_to(Subject.PROVIDER_KEY, "byok:key", models.ProviderKey)
        targets.leads_to(Subject.BUDGET, "byok:budget")
        targets.leads_to(Subject.SAFETY, "assistants:safety")
