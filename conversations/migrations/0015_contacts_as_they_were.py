"""When the contacts there are were last seen, and which of them are leads: read off their conversations, in parts."""

from django.db import migrations

BATCH = 5_000
PART = """
    WITH part AS (
        SELECT id FROM conversations_contact WHERE %(after)s::uuid IS NULL OR id > %(after)s ORDER BY id LIMIT %(batch)s
    ), seen AS (
        UPDATE conversations_contact contact SET last_seen_at = talk.last, qualified = talk.qualified
        FROM (
            SELECT contact_id, max(last_message_at) AS last, bool_or(qualified) AS qualified
            FROM conversations_conversation WHERE contact_id IN (SELECT id FROM part) GROUP BY contact_id
        ) talk
        WHERE contact.id = talk.contact_id AND contact.last_seen_at IS NULL
    )
    SELECT id FROM part ORDER BY id DESC LIMIT 1
"""


def fill(apps, schema_editor):
    after = None
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(PART, {"after": after, "batch": BATCH})
            row = cursor.fetchone()
            if row is None:
                return
            after = row[0]


class Migration(migrations.Migration):
    atomic = False  # each part by itself: it can be run again, and locks nobody out for long

    dependencies = [
        ("conversations", "0014_contact_pages"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
