"""The last browser event seen per site and outcome."""

import django.db.models.deletion
import tenants.ownership
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0005_knowledge_of_a_plan'),
        ('tracking', '0002_webhooks'),
    ]

    operations = [
        migrations.CreateModel(
            name='BrowserSighting',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('host', models.CharField(max_length=253)),
                ('event_type', models.CharField(max_length=80)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('times', models.PositiveBigIntegerField(default=1)),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'host', 'event_type'), name='one_sighting_per_host_and_outcome')],
            },
        ),
    ]
