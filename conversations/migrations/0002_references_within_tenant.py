"""References between a tenant's rows carry the tenant, so that none can point into another's."""

from __future__ import annotations

from django.db import migrations

# table, column, table referred to, column there, what happens when that row goes
REFERENCES = [
    ("conversations_conversation", "contact_id", "conversations_contact", "id", ""),
    ("conversations_conversation", "assigned_to_id", "tenants_membership", "user_id", "ON DELETE SET NULL (assigned_to_id)"),
    ("conversations_message", "conversation_id", "conversations_conversation", "id", ""),
    ("conversations_message", "reply_to_id", "conversations_message", "id", ""),
    ("conversations_turn", "message_id", "conversations_message", "id", ""),
]


def _forward(table: str, column: str, target: str, target_column: str, on_delete: str) -> str:
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_within_tenant FOREIGN KEY (tenant_id, {column}) "
        f"REFERENCES {target} (tenant_id, {target_column}) {on_delete} DEFERRABLE INITIALLY DEFERRED"
    )


def _backward(table: str, column: str, *_: str) -> str:
    return f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_within_tenant"


class Migration(migrations.Migration):
    dependencies = [("conversations", "0001_conversations_and_log"), ("tenants", "0001_people_and_tenants")]

    operations = [migrations.RunSQL(_forward(*reference), _backward(*reference)) for reference in REFERENCES]
