"""Summaries of conversations."""

import django.db.models.deletion
import tenants.ownership
from django.db import migrations, models


# table, column, table referred to: references between a tenant's rows carry the tenant
REFERENCES = [
    ("conversations_summary", "conversation_id", "conversations_conversation"),
]


def _forward(table, column, target):
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_within_tenant FOREIGN KEY (tenant_id, {column}) "
        f"REFERENCES {target} (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"
    )


def _backward(table, column, target):
    return f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_within_tenant"


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0008_ratings'),
        ('tenants', '0006_usage_by_day'),
    ]

    operations = [
        migrations.CreateModel(
            name='Summary',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField(blank=True)),
                ('model', models.CharField(blank=True, max_length=200)),
                ('cost_micros', models.BigIntegerField(default=0)),
                ('covers', models.DateTimeField(null=True)),
                ('made_at', models.DateTimeField(null=True)),
                ('asked_at', models.DateTimeField(null=True)),
                ('conversation', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='summary', to='conversations.conversation')),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'abstract': False,
            },
        ),
        *(migrations.RunSQL(_forward(*reference), _backward(*reference)) for reference in REFERENCES),
    ]
