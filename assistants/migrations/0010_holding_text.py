"""What visitors read while a reply is held."""

import django.core.validators
import django.db.models.deletion
import tenants.ownership
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assistants', '0009_files_pages_and_sites'),
        ('tenants', '0006_usage_by_day'),
    ]

    operations = [
        migrations.AddField(
            model_name='review',
            name='told_at',
            field=models.DateTimeField(blank=True, help_text='When the visitor was told that it takes longer.', null=True),
        ),
        migrations.CreateModel(
            name='Holding',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('minutes', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(120)])),
                ('text', models.CharField(max_length=500)),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant',), name='one_holding_text_per_tenant')],
            },
        ),
    ]
