"""Programs from before the column take visitors in while this is rolled out: the database says for them what is so."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("conversations", "0016_contact_indexes"),
    ]

    operations = [
        migrations.AlterField(
            "contact",
            "qualified",
            models.BooleanField(
                default=False, db_default=False, help_text="A conversation of theirs has made them a lead."
            ),
        ),
    ]
