"""How many conversations began on each day, what admins were told of it, and which plans they may choose."""

from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models

import tenants.models.tenant


class Migration(migrations.Migration):
    dependencies = [("tenants", "0005_knowledge_of_a_plan")]

    operations = [
        migrations.AddField(
            "plan", "is_offered", models.BooleanField(default=True, help_text="Owners may choose it themselves.")
        ),
        migrations.AddField(
            "usageperiod",
            "days",
            django.contrib.postgres.fields.ArrayField(
                models.PositiveIntegerField(), size=31, default=tenants.models.tenant.no_days
            ),
        ),
        migrations.AddField(
            "usageperiod",
            "told_of",
            models.PositiveIntegerField(default=0, help_text="The number of which admins were last told by mail."),
        ),
        migrations.AddIndex("usageperiod", models.Index(fields=["starts"], name="usage_periods_by_month")),
    ]
