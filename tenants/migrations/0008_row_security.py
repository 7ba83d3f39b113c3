"""Nothing by itself: after each migration `tenants.policies` puts row security in place, and this one asks for it."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("tenants", "0007_audit_log"),
    ]

    operations = []
