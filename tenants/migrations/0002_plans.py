"""The three plans of the price list."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PLANS = [("starter", "Starter", 250), ("professional", "Professional", 1000), ("business", "Business", 5000)]


def add_plans(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Plan = apps.get_model("tenants", "Plan")
    for key, name, conversations in PLANS:
        Plan.objects.get_or_create(key=key, defaults={"name": name, "conversations": conversations})


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_people_and_tenants")]

    operations = [migrations.RunPython(add_plans, migrations.RunPython.noop)]
