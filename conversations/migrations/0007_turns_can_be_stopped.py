from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0006_events_for_visitors"),
    ]

    operations = [
        migrations.AddField(
            model_name="turn",
            name="stop_wanted",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
