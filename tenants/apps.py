from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TenantsConfig(AppConfig):
    """People, companies, their plans and switches."""

    name = "tenants"

    def ready(self) -> None:
        from tenants import checks, policies, receivers, schema  # noqa: F401  (importing them connects and registers)
        from tenants.audit import targets
        from tenants.models import Subject

        targets.leads_to(Subject.COMPANY, "tenants:company")
        targets.leads_to(Subject.PLAN, "tenants:usage")
        targets.leads_to(Subject.MEMBER, "tenants:people")
        targets.leads_to(Subject.INVITATION, "tenants:people")
        targets.leads_to(Subject.API_TOKEN, "tenants:tokens")
        post_migrate.connect(policies.apply, sender=self, dispatch_uid="policies")
