from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


def listed(name, **only):
    order = models.F("last_seen_at").desc(nulls_last=True)
    condition = models.Q(merged_into=None, **only)
    return models.Index(models.F("tenant"), order, models.F("id").desc(), name=name, condition=condition)


class Migration(migrations.Migration):
    atomic = False  # an index that is built concurrently lets people write meanwhile

    dependencies = [
        ("conversations", "0015_contacts_as_they_were"),
    ]

    operations = [
        AddIndexConcurrently("contact", listed("contact_last_seen")),
        AddIndexConcurrently("contact", listed("contact_lead", qualified=True)),
        AddIndexConcurrently(
            "contact",
            models.Index(
                fields=["tenant", "merged_into"], name="contact_merged", condition=~models.Q(merged_into=None)
            ),
        ),
        AddIndexConcurrently(
            "conversation", models.Index(fields=["tenant", "contact", "-id"], name="conversation_of_contact")
        ),
        RemoveIndexConcurrently("conversation", "conversation_contact"),
    ]
