from __future__ import annotations

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    """People, companies, their plans and switches."""

    name = "tenants"

    def ready(self) -> None:
        from tenants import receivers, schema  # noqa: F401  (importing them connects and registers)
