from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # an index that is built concurrently lets people write meanwhile

    dependencies = [
        ("conversations", "0012_search_within_tenant"),
    ]

    operations = [
        AddIndexConcurrently(
            "conversation", models.Index(fields=["tenant", "started_at"], name="conversation_started")
        ),
    ]
