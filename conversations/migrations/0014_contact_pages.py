"""Contacts can be merged, are seen, and are leads; what is news of them waits until all has heard of it."""

import django.db.models.deletion
import tenants.ownership
from django.db import migrations, models

# table, column: both refer to a contact, and go with it
REFERENCES = [("conversations_contact", "merged_into_id"), ("conversations_contactnews", "contact_id")]


def _forward(table, column):
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_within_tenant FOREIGN KEY (tenant_id, {column}) "
        f"REFERENCES conversations_contact (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"
    )


def _backward(table, column):
    return f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_within_tenant"


class Migration(migrations.Migration):

    dependencies = [
        ("conversations", "0013_conversations_of_a_day"),
        ("tenants", "0007_audit_log"),
    ]

    operations = [
        migrations.AddField(
            "contact",
            "last_seen_at",
            models.DateTimeField(null=True, help_text="When they last wrote, to a few minutes."),
        ),
        migrations.AddField(
            "contact",
            "qualified",
            models.BooleanField(default=False, help_text="A conversation of theirs has made them a lead."),
        ),
        migrations.AddField(
            "contact",
            "merged_into",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="merged",
                to="conversations.contact", db_constraint=False, db_index=False,
            ),
        ),
        migrations.AddConstraint(
            "contact",
            models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None),
                    models.Q(("company", ""), ("name", ""), ("phone", ""))
                    & models.Q(("merged_into", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="merged_contact_is_an_address",
            ),
        ),
        migrations.CreateModel(
            name="ContactNews",
            fields=[
                ("id", models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ("round", models.PositiveIntegerField(default=1)),
                ("before", models.UUIDField(null=True)),
                ("since", models.DateTimeField(auto_now_add=True)),
                ("contact", models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="news", to="conversations.contact")),
                ("tenant", models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenants.tenant")),
            ],
            options={
                "verbose_name_plural": "news of contacts",
                "indexes": [models.Index(fields=["since"], name="contact_news_since")],
            },
        ),
        *(migrations.RunSQL(_forward(*reference), _backward(*reference)) for reference in REFERENCES),
    ]
