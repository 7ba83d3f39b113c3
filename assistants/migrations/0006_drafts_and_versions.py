"""Drafts of assistants, and the versions that were published."""

import django.db.models.deletion
import tenants.ownership
import uuid
from django.conf import settings
from django.db import migrations, models


# table, column, table referred to: a tenant's rows refer to each other only
REFERENCES = [
    ("assistants_assistantdraft", "assistant_id", "assistants_assistant"),
    ("assistants_assistantversion", "assistant_id", "assistants_assistant"),
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
        ('assistants', '0005_safety_and_reviews'),
        ('tenants', '0005_knowledge_of_a_plan'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AssistantDraft',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('values', models.JSONField()),
                ('token', models.UUIDField(default=uuid.uuid4)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('assistant', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='draft', to='assistants.assistant')),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AssistantVersion',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('values', models.JSONField()),
                ('note', models.CharField(blank=True, max_length=300)),
                ('returned_to', models.PositiveIntegerField(blank=True, help_text='The version whose values it took over.', null=True)),
                ('published_at', models.DateTimeField()),
                ('assistant', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='assistants.assistant')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'assistant', 'number'), name='one_assistant_version_of_each_number')],
            },
        ),
        *(migrations.RunSQL(_forward(*reference), _backward(*reference)) for reference in REFERENCES),
    ]
