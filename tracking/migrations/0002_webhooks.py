"""Endpoints of tenants, the outbox and its log; references carry the tenant (Django has no keys of two columns)."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.ownership
from django.db import migrations, models

# table, column, table referred to. What belongs to a row goes with it, also what is written while it is deleted.
REFERENCES = [
    ("tracking_delivery", "event_id", "tracking_webhookevent"),
    ("tracking_delivery", "endpoint_id", "tracking_webhookendpoint"),
    ("tracking_attempt", "delivery_id", "tracking_delivery"),
    ("tracking_attempt", "endpoint_id", "tracking_webhookendpoint"),
]


def _forward(table: str, column: str, target: str) -> str:
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_within_tenant FOREIGN KEY (tenant_id, {column}) "
        f"REFERENCES {target} (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"
    )


def _backward(table: str, column: str, _: str) -> str:
    return f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_within_tenant"


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0005_knowledge_of_a_plan'),
        ('tracking', '0001_widget_events'),
    ]

    operations = [
        migrations.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('url', models.CharField(max_length=2048)),
                ('description', models.CharField(blank=True, max_length=200)),
                ('events', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=64), size=None)),
                ('status', models.CharField(choices=[('active', 'Active'), ('paused', 'Paused'), ('disabled', 'Disabled')], default='active', max_length=16)),
                ('sealed', models.BinaryField()),
                ('previous_sealed', models.BinaryField(blank=True, null=True)),
                ('previous_until', models.DateTimeField(blank=True, help_text='How long the secret before this one signs.', null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('log_seq', models.BigIntegerField(default=0, help_text="The last event of the tenant's log that was looked at.")),
                ('failures_in_row', models.PositiveIntegerField(default=0)),
                ('open_until', models.DateTimeField(blank=True, null=True)),
                ('failing_since', models.DateTimeField(blank=True, help_text='Nothing but failure since then.', null=True)),
                ('disabled_at', models.DateTimeField(blank=True, null=True)),
                ('disabled_reason', models.CharField(blank=True, choices=[('gone', 'It answered 410 Gone'), ('failing', 'Nothing reached it for five days')], max_length=16)),
                ('told_at', models.DateTimeField(blank=True, help_text='When the admins were told that it is disabled.', null=True)),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('event_type', models.CharField(max_length=64)),
                ('is_test', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('pending', 'Waiting'), ('delivered', 'Delivered'), ('dead', 'Given up')], default='pending', max_length=16)),
                ('due_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('tries', models.PositiveSmallIntegerField(default=0, help_text='Since it was made or last replayed.')),
                ('attempts', models.PositiveIntegerField(default=0, help_text='Tries in all.')),
                ('lease', models.UUIDField(help_text='Who sends it now; fences whoever held it before.', null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('finished_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
                ('endpoint', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='deliveries', to='tracking.webhookendpoint')),
            ],
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('event_type', models.CharField(max_length=64)),
                ('is_test', models.BooleanField(default=False)),
                ('number', models.PositiveIntegerField()),
                ('started_at', models.DateTimeField()),
                ('duration_ms', models.PositiveIntegerField()),
                ('status_code', models.PositiveSmallIntegerField(null=True)),
                ('failure', models.CharField(blank=True, choices=[('refused', 'Address refused'), ('dns', 'Name not found'), ('connect', 'No connection'), ('tls', 'Certificate or TLS'), ('timeout', 'Too slow'), ('dropped', 'Connection broken off'), ('garbled', 'Not HTTP'), ('redirect', 'Redirect'), ('status', 'Refused by the server'), ('expired', 'Waited too long'), ('internal', 'Our own fault')], help_text='Empty: it arrived.', max_length=16)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('response', models.TextField(blank=True)),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
                ('delivery', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='log', to='tracking.delivery')),
                ('endpoint', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='attempts', to='tracking.webhookendpoint')),
            ],
        ),
        migrations.CreateModel(
            name='WebhookEvent',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('type', models.CharField(max_length=64)),
                ('body', models.BinaryField()),
                ('occurred_at', models.DateTimeField()),
                ('conversation_id', models.UUIDField(null=True)),
                ('request_id', models.CharField(blank=True, max_length=128)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
        ),
        migrations.AddField(
            model_name='delivery',
            name='event',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='deliveries', to='tracking.webhookevent'),
        ),
        migrations.AddIndex(
            model_name='webhookendpoint',
            index=models.Index(fields=['tenant', 'created_at'], name='webhook_endpoint_order'),
        ),
        migrations.AddConstraint(
            model_name='webhookendpoint',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='webhook_endpoint_within_tenant'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(fields=['delivery', 'number'], name='attempt_of_delivery'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('is_test', False)), fields=['tenant', 'started_at'], name='attempt_lately'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(fields=['started_at'], name='attempt_age'),
        ),
        migrations.AddIndex(
            model_name='webhookevent',
            index=models.Index(fields=['created_at'], name='webhook_event_age'),
        ),
        migrations.AddIndex(
            model_name='webhookevent',
            index=models.Index(condition=models.Q(('conversation_id__isnull', False)), fields=['tenant', 'conversation_id'], name='webhook_event_conversation'),
        ),
        migrations.AddConstraint(
            model_name='webhookevent',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='webhook_event_within_tenant'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['endpoint', 'due_at'], name='delivery_due'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['tenant', '-created_at', '-id'], name='delivery_newest'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['tenant', 'endpoint', '-created_at', '-id'], name='delivery_newest_of_endpoint'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'dead')), fields=['tenant', '-created_at', '-id'], name='delivery_dead'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['created_at'], name='delivery_age'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='delivery_within_tenant'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('event', 'endpoint'), name='one_delivery_per_event_and_endpoint'),
        ),
        *[migrations.RunSQL(_forward(*reference), _backward(*reference)) for reference in REFERENCES],
    ]
