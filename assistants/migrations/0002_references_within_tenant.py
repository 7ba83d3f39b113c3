"""References between a tenant's rows carry the tenant, so that none can point into another's."""

from __future__ import annotations

from django.db import migrations

# table, column, table referred to, column there, what happens when that row goes
REFERENCES = [
    ("assistants_assistant", "provider_key_id", "assistants_providerkey", "id", ""),
    ("assistants_knowledgechunk", "source_id", "assistants_knowledgesource", "id", ""),
]


def _forward(table: str, column: str, target: str, target_column: str, on_delete: str) -> str:
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_within_tenant FOREIGN KEY (tenant_id, {column}) "
        f"REFERENCES {target} (tenant_id, {target_column}) {on_delete} DEFERRABLE INITIALLY DEFERRED"
    )


def _backward(table: str, column: str, *_: str) -> str:
    return f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_within_tenant"


class Migration(migrations.Migration):
    dependencies = [("assistants", "0001_assistants_and_knowledge")]

    operations = [migrations.RunSQL(_forward(*reference), _backward(*reference)) for reference in REFERENCES]
