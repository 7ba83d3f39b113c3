"""When a tenant’s webhooks failed too often, so that its admins are told once of each time."""

import django.db.models.deletion
import tenants.ownership
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0005_knowledge_of_a_plan'),
        ('tracking', '0005_leases_by_due_time'),
    ]

    operations = [
        migrations.CreateModel(
            name='FailRateEpisode',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveIntegerField()),
                ('failures', models.PositiveIntegerField()),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('tenant',), name='one_running_fail_rate_episode')],
            },
        ),
    ]
