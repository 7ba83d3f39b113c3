"""Visitors who are upset need attention."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0009_summaries'),
    ]

    operations = [
        migrations.AlterField(
            model_name='conversation',
            name='attention',
            field=models.CharField(blank=True, choices=[('', 'Nothing'), ('no_assistant', 'No assistant could answer'), ('no_answer_found', 'The assistant had no answer'), ('provider_failed', 'The AI provider failed'), ('answer_lost', 'The answer was interrupted'), ('asked_for_person', 'Asked for a person'), ('people_only', 'Waits for a person'), ('reply_held', 'Reply held'), ('reply_blocked', 'Reply blocked'), ('serious', 'Serious matter'), ('upset', 'The visitor is upset')], default='', max_length=20),
        ),
    ]
