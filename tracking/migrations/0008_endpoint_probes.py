"""What a look at each endpoint found; it goes with its endpoint, and carries its tenant."""

import django.db.models.deletion
import tenants.ownership
from django.conf import settings
from django.db import migrations, models

FORWARD = (
    "ALTER TABLE tracking_endpointprobe ADD CONSTRAINT tracking_endpointprobe_endpoint_id_within_tenant "
    "FOREIGN KEY (tenant_id, endpoint_id) REFERENCES tracking_webhookendpoint (tenant_id, id) "
    "ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"
)
BACKWARD = "ALTER TABLE tracking_endpointprobe DROP CONSTRAINT tracking_endpointprobe_endpoint_id_within_tenant"


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0006_usage_by_day'),
        ('tracking', '0007_qualification'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EndpointProbe',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('asked_at', models.DateTimeField()),
                ('by_warning', models.BooleanField(default=False, help_text='Nobody asked: a high fail-rate began.')),
                ('due_at', models.DateTimeField(null=True)),
                ('lease', models.UUIDField(help_text='Who probes now; fences whoever held it before.', null=True)),
                ('checked_at', models.DateTimeField(null=True)),
                ('url', models.CharField(blank=True, help_text='What was called.', max_length=2048)),
                ('status_code', models.PositiveSmallIntegerField(null=True)),
                ('failure', models.CharField(blank=True, choices=[('refused', 'Address refused'), ('dns', 'Name not found'), ('connect', 'No connection'), ('tls', 'Certificate or TLS'), ('timeout', 'Too slow'), ('dropped', 'Connection broken off'), ('garbled', 'Not HTTP'), ('redirect', 'Redirect'), ('status', 'Refused by the server'), ('expired', 'Waited too long'), ('internal', 'Our own fault')], max_length=16)),
                ('error', models.CharField(blank=True, help_text='Redacted.', max_length=300)),
                ('duration_ms', models.PositiveIntegerField(default=0)),
                ('connected_ms', models.PositiveIntegerField(null=True)),
                ('certificate_until', models.DateTimeField(null=True)),
                ('is_forgery_sent', models.BooleanField(default=False)),
                ('forged_status_code', models.PositiveSmallIntegerField(help_text='Empty: it got no answer.', null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('endpoint', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='probe', to='tracking.webhookendpoint')),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='endpoint_probe_due')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='endpoint_probe_within_tenant')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
