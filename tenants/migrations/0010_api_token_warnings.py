"""When admins were told that an API token expires soon."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0009_api_tokens'),
    ]

    operations = [
        migrations.AddField(
            model_name='apitoken',
            name='warned_at',
            field=models.DateTimeField(help_text='When admins were told that it expires soon.', null=True),
        ),
        migrations.AddIndex(
            model_name='apitoken',
            index=models.Index(fields=['expires_at'], name='api_token_expiry'),
        ),
    ]
