"""Safety lists, what they set off, and replies that wait for a person."""

import django.contrib.postgres.fields
import django.db.models.deletion
import tenants.ownership
from django.conf import settings
from django.db import migrations, models


# table, column, table referred to: a tenant's rows refer to each other only
REFERENCES = [
    ("assistants_review", "conversation_id", "conversations_conversation"),
    ("assistants_review", "message_id", "conversations_message"),
    ("assistants_safetymatch", "conversation_id", "conversations_conversation"),
    ("assistants_safetymatch", "message_id", "conversations_message"),
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
        ('assistants', '0004_routing_and_handoffs'),
        ('conversations', '0005_serious_matter'),
        ('tenants', '0004_grain_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('why', models.CharField(choices=[('flagged', 'Set off a safety rule'), ('first_reply', 'First reply of this assistant'), ('always', 'Every reply is reviewed')], max_length=16)),
                ('drafted', models.TextField(help_text='What the assistant wanted to say.')),
                ('basis', models.JSONField(blank=True, default=list)),
                ('decision', models.CharField(blank=True, choices=[('release', 'Released'), ('edit', 'Edited'), ('discard', 'Discarded')], max_length=8)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('conversation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='conversations.conversation')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('message', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='conversations.message')),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('decision', '')), fields=['tenant', 'created_at'], name='review_waiting'), models.Index(fields=['tenant', '-decided_at'], name='review_decided')],
            },
        ),
        migrations.CreateModel(
            name='SafetyMatch',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('side', models.CharField(choices=[('visitor', 'Visitor'), ('reply', 'Reply')], max_length=8)),
                ('level', models.CharField(max_length=16)),
                ('keyword', models.CharField(max_length=100)),
                ('system', models.BooleanField()),
                ('text', models.CharField(max_length=200)),
                ('start', models.PositiveIntegerField()),
                ('end', models.PositiveIntegerField()),
                ('action', models.CharField(max_length=16)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('conversation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='conversations.conversation')),
                ('message', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='conversations.message')),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', '-created_at'], name='safety_match_latest')],
            },
        ),
        migrations.CreateModel(
            name='SafetyPolicy',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('blocked_keywords', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=500)),
                ('serious_high_confidence_keywords', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=500)),
                ('serious_medium_confidence_keywords', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=500)),
                ('escalation_keywords', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=500)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant',), name='one_safety_policy_per_tenant')],
            },
        ),
        *(migrations.RunSQL(_forward(*reference), _backward(*reference)) for reference in REFERENCES),
    ]
