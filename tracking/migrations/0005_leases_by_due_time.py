"""A lease is a time to be due again; who follows the log is known without looking."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0005_knowledge_of_a_plan'),
        ('tracking', '0004_outcomes_and_mappings'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='delivery',
            name='leased_until',
        ),
        migrations.AddField(
            model_name='webhookendpoint',
            name='follows_log',
            field=models.BooleanField(default=False, help_text="Whether it listens for any event of the tenant's log."),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='due_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), help_text='While it is leased: when the lease is over.'),
        ),
        migrations.AlterField(
            model_name='webhookendpoint',
            name='log_seq',
            field=models.BigIntegerField(default=0, help_text='The last event of that log that was looked at.'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('lease__isnull', False)), fields=['endpoint'], name='delivery_in_flight'),
        ),
        migrations.AddIndex(
            model_name='webhookendpoint',
            index=models.Index(condition=models.Q(('follows_log', True)), fields=['id'], name='webhook_endpoint_follower'),
        ),
    ]
