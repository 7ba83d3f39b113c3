"""Health's latest failures are found without reading the tries that arrived."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [('tracking', '0011_add_up_attempts')]

    operations = [
        AddIndexConcurrently(
            model_name='attempt',
            index=models.Index(condition=models.Q(('is_test', False), models.Q(('failure', ''), _negated=True)), fields=['tenant', '-started_at', '-id'], name='attempt_failed'),
        ),
    ]
