"""Tools that models may use, and which assistant may use which."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import tenants.ownership
from django.db import migrations, models


# table, column, table referred to: references between a tenant's rows carry the tenant
REFERENCES = [
    ("assistants_allowance", "assistant_id", "assistants_assistant"),
    ("assistants_tooluser", "assistant_id", "assistants_assistant"),
    ("assistants_tooluser", "tool_id", "assistants_tool"),
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
        ('assistants', '0007_saved_dialogues'),
        ('tenants', '0005_knowledge_of_a_plan'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tool',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=40, validators=[django.core.validators.RegexValidator('\\A[a-z][a-z0-9_]*\\Z', 'Use small letters, digits and underscores.')])),
                ('description', models.CharField(max_length=1000)),
                ('parameters', models.JSONField(blank=True, default=dict)),
                ('method', models.CharField(choices=[('GET', 'GET'), ('POST', 'POST'), ('PUT', 'PUT'), ('PATCH', 'PATCH'), ('DELETE', 'DELETE')], default='GET', max_length=8)),
                ('url', models.CharField(max_length=1000)),
                ('headers', models.BinaryField(blank=True, default=b'')),
                ('header_names', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None)),
                ('active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
        ),
        migrations.CreateModel(
            name='ToolUser',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('assistant', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='tools', to='assistants.assistant')),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
                ('tool', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='users', to='assistants.tool')),
            ],
        ),
        migrations.CreateModel(
            name='Allowance',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('hand_over', models.BooleanField(default=False)),
                ('search_knowledge', models.BooleanField(default=False)),
                ('collect_contact', models.BooleanField(default=False)),
                ('outcomes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('autochat.conversation_started.v1', 'Conversation started'), ('autochat.contact_captured.v1', 'Contact captured'), ('autochat.lead_qualified.v1', 'Lead qualified'), ('autochat.appointment_requested.v1', 'Appointment requested'), ('autochat.quote_requested.v1', 'Quote requested'), ('autochat.handoff_requested.v1', 'Handed to people'), ('autochat.conversation_resolved.v1', 'Conversation resolved'), ('autochat.conversation_rated.v1', 'Conversation rated')], max_length=64), blank=True, default=list, size=8)),
                ('assistant', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='allowance', to='assistants.assistant')),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='allowance_within_tenant')],
            },
        ),
        migrations.AddConstraint(
            model_name='tool',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='tool_within_tenant'),
        ),
        migrations.AddConstraint(
            model_name='tool',
            constraint=models.UniqueConstraint(fields=('tenant', 'name'), name='one_tool_per_tenant_and_name'),
        ),
        migrations.AddConstraint(
            model_name='tooluser',
            constraint=models.UniqueConstraint(fields=('tool', 'assistant'), name='one_user_per_tool_and_assistant'),
        ),
        *(migrations.RunSQL(_forward(*reference), _backward(*reference)) for reference in REFERENCES),
    ]
