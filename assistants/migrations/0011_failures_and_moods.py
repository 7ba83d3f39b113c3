"""Hand-offs after failures and for upset visitors."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assistants', '0010_holding_text'),
    ]

    operations = [
        migrations.AddField(
            model_name='handoff',
            name='on_failures',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='handoff',
            name='on_upset',
            field=models.BooleanField(default=False),
        ),
    ]
