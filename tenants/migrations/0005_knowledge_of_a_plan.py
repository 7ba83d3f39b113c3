"""How much text each plan's assistants may know."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

CHARACTERS = {"starter": 500_000, "professional": 2_000_000, "business": 10_000_000}


def set_characters(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Plan = apps.get_model("tenants", "Plan")
    for key, characters in CHARACTERS.items():
        Plan.objects.filter(key=key).update(knowledge_characters=characters)


class Migration(migrations.Migration):
    dependencies = [("tenants", "0004_grain_name")]

    operations = [
        migrations.AddField(
            "plan",
            "knowledge_characters",
            models.PositiveIntegerField(default=500_000, help_text="Characters of text that its assistants may know."),
        ),
        migrations.RunPython(set_characters, migrations.RunPython.noop),
    ]
