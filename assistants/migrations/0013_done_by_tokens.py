"""Versions and decisions say which API token made them, where no person did."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assistants', '0012_embeddings'),
    ]

    operations = [
        migrations.AddField(
            model_name='assistantversion',
            name='published_by_token',
            field=models.CharField(blank=True, help_text='The label of the API token, where no person published.', max_length=80),
        ),
        migrations.AddField(
            model_name='review',
            name='decided_by_token',
            field=models.CharField(blank=True, help_text='The label of the API token, where no person decided.', max_length=80),
        ),
    ]
