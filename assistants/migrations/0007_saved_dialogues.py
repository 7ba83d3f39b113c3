"""Saved dialogues, their runs, and what came of them."""

import django.db.models.deletion
import django.utils.timezone
import tenants.ownership
from django.conf import settings
from django.db import migrations, models


# table, column, table referred to: a tenant's rows refer to each other only
REFERENCES = [
    ("assistants_dialogue", "assistant_id", "assistants_assistant"),
    ("assistants_dialoguewatch", "assistant_id", "assistants_assistant"),
    ("assistants_dialoguerun", "assistant_id", "assistants_assistant"),
    ("assistants_dialoguerun", "dialogue_id", "assistants_dialogue"),
    ("assistants_dialogueresult", "run_id", "assistants_dialoguerun"),
    ("assistants_dialogueresult", "dialogue_id", "assistants_dialogue"),
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
        ('assistants', '0006_drafts_and_versions'),
        ('tenants', '0005_knowledge_of_a_plan'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Dialogue',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('routed', models.BooleanField(default=False)),
                ('turns', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('assistant', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='dialogues', to='assistants.assistant')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
        ),
        migrations.CreateModel(
            name='DialogueRun',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('reason', models.CharField(choices=[('by_hand', 'By hand'), ('publication', 'Before publishing'), ('change', 'After a change')], max_length=12)),
                ('why', models.CharField(blank=True, max_length=200)),
                ('values', models.JSONField(blank=True, help_text='The draft that is tried; empty for what is live.', null=True)),
                ('fingerprint', models.CharField(help_text='Of all that decides about the replies.', max_length=64)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('stopped', 'Stopped')], default='waiting', max_length=8)),
                ('claim', models.UUIDField(blank=True, null=True)),
                ('lease_expires_at', models.DateTimeField(blank=True, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0, help_text='Since it last got further.')),
                ('total', models.PositiveIntegerField(default=0)),
                ('passed', models.PositiveIntegerField(default=0)),
                ('failed', models.PositiveIntegerField(default=0)),
                ('micros', models.PositiveBigIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('assistant', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='assistants.assistant')),
                ('dialogue', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='assistants.dialogue')),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
        ),
        migrations.CreateModel(
            name='DialogueResult',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('passed', models.BooleanField()),
                ('turns', models.JSONField(default=list)),
                ('micros', models.PositiveBigIntegerField(default=0)),
                ('milliseconds', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('dialogue', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='results', to='assistants.dialogue')),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
                ('run', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='results', to='assistants.dialoguerun')),
            ],
        ),
        migrations.CreateModel(
            name='DialogueWatch',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('blocks_publishing', models.BooleanField(default=False)),
                ('ran', models.JSONField(blank=True, default=dict)),
                ('seen', models.JSONField(blank=True, default=dict)),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('assistant', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='assistants.assistant')),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='dialogue',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='dialogue_within_tenant'),
        ),
        migrations.AddIndex(
            model_name='dialoguerun',
            index=models.Index(fields=['tenant', 'assistant', '-created_at'], name='dialogue_run_latest'),
        ),
        migrations.AddIndex(
            model_name='dialoguerun',
            index=models.Index(condition=models.Q(('state__in', ('waiting', 'running'))), fields=['created_at'], name='dialogue_run_unfinished'),
        ),
        migrations.AddConstraint(
            model_name='dialoguerun',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='dialogue_run_within_tenant'),
        ),
        migrations.AddConstraint(
            model_name='dialoguerun',
            constraint=models.UniqueConstraint(condition=models.Q(('dialogue', None), ('state__in', ('waiting', 'running'))), fields=('tenant', 'assistant', 'fingerprint'), name='one_unfinished_run_of_the_same'),
        ),
        migrations.AddIndex(
            model_name='dialogueresult',
            index=models.Index(fields=['tenant', 'dialogue', '-created_at'], name='dialogue_result_latest'),
        ),
        migrations.AddConstraint(
            model_name='dialogueresult',
            constraint=models.UniqueConstraint(fields=('tenant', 'run', 'dialogue'), name='one_result_per_run_and_dialogue'),
        ),
        *(migrations.RunSQL(_forward(*reference), _backward(*reference)) for reference in REFERENCES),
    ]
