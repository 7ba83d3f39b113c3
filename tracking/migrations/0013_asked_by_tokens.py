"""Probes say which API token asked for them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracking', '0012_attempts_that_failed'),
    ]

    operations = [
        migrations.AddField(
            model_name='endpointprobe',
            name='asked_by_token',
            field=models.CharField(blank=True, help_text='The label of the API token, where no person asked.', max_length=80),
        ),
    ]
