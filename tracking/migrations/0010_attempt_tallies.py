"""Tries added up, so that Health needn't read each of them; rows are changed in place, so pages keep room for that."""

import django.contrib.postgres.fields
import django.db.models.deletion
import tenants.ownership
from django.db import migrations, models

FORWARD = (
    "ALTER TABLE tracking_attempttally ADD CONSTRAINT tracking_attempttally_endpoint_id_within_tenant "
    "FOREIGN KEY (tenant_id, endpoint_id) REFERENCES tracking_webhookendpoint (tenant_id, id) "
    "ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"
)
BACKWARD = "ALTER TABLE tracking_attempttally DROP CONSTRAINT tracking_attempttally_endpoint_id_within_tenant"


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0006_usage_by_day'),
        ('tracking', '0009_delivery_plural'),
    ]

    operations = [
        migrations.CreateModel(
            name='AttemptTally',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('event_type', models.CharField(max_length=64)),
                ('hours', models.PositiveSmallIntegerField(help_text='How long it is: 1 or 6.')),
                ('begins_at', models.DateTimeField()),
                ('attempts', models.PositiveIntegerField()),
                ('failures', models.PositiveIntegerField()),
                ('latencies', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), help_text='How many in each slot of `tracking.latencies`.', size=None)),
                ('endpoint', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tracking.webhookendpoint')),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name_plural': 'attempt tallies',
                'indexes': [models.Index(fields=['hours', 'begins_at'], name='attempt_tally_age')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'hours', 'begins_at', 'endpoint', 'event_type'), name='one_tally_per_span')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL("ALTER TABLE tracking_attempttally SET (fillfactor = 50)", migrations.RunSQL.noop),
    ]
