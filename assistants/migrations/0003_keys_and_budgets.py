"""Keys that are rotated, what an assistant falls back on and how it failed last, budgets, models' prices."""

import django.core.validators
import django.db.models.deletion
import tenants.ownership
from django.db import migrations, models


PRICES = {
    # US dollars per million tokens, in and out; staff keep them up to date.
    "gpt-3.5-turbo": ("0.5", "1.5"),
    "gpt-4": ("30", "60"),
    "gpt-4-turbo": ("10", "30"),
    "gpt-4.1": ("2", "8"),
    "gpt-4.1-mini": ("0.4", "1.6"),
    "gpt-4.1-nano": ("0.1", "0.4"),
    "gpt-4o": ("2.5", "10"),
    "gpt-4o-mini": ("0.15", "0.6"),
    "gpt-5": ("1.25", "10"),
    "gpt-5-mini": ("0.25", "2"),
    "gpt-5-nano": ("0.05", "0.4"),
    "gpt-5-pro": ("15", "120"),
    "o1": ("15", "60"),
    "o1-mini": ("1.1", "4.4"),
    "o1-pro": ("150", "600"),
    "o3": ("2", "8"),
    "o3-mini": ("1.1", "4.4"),
    "o3-pro": ("20", "80"),
    "o4-mini": ("1.1", "4.4"),
}

WITHIN_TENANT = (
    "ALTER TABLE assistants_assistant ADD CONSTRAINT assistants_assistant_fallback_assistant_id_within_tenant "
    "FOREIGN KEY (tenant_id, fallback_assistant_id) REFERENCES assistants_assistant (tenant_id, id) "
    "DEFERRABLE INITIALLY DEFERRED"
)
NO_MORE = "ALTER TABLE assistants_assistant DROP CONSTRAINT assistants_assistant_fallback_assistant_id_within_tenant"


def add_prices(apps, schema_editor):
    model = apps.get_model("assistants", "ModelPrice")
    model.objects.bulk_create(
        model(name=name, input_price=given, output_price=told) for name, (given, told) in PRICES.items()
    )


class Migration(migrations.Migration):

    dependencies = [
        ('assistants', '0002_references_within_tenant'),
        ('tenants', '0004_grain_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='ModelPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='A model’s name or its beginning, such as gpt-4o.', max_length=120, unique=True)),
                ('input_price', models.DecimalField(decimal_places=4, help_text='US dollars per million tokens.', max_digits=12, validators=[django.core.validators.MinValueValidator(0)])),
                ('output_price', models.DecimalField(decimal_places=4, help_text='US dollars per million tokens.', max_digits=12, validators=[django.core.validators.MinValueValidator(0)])),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.AddField(
            model_name='assistant',
            name='failure',
            field=models.CharField(blank=True, editable=False, max_length=20),
        ),
        migrations.AddField(
            model_name='assistant',
            name='failure_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='assistant',
            name='failure_request',
            field=models.CharField(blank=True, editable=False, max_length=128),
        ),
        migrations.AddField(
            model_name='assistant',
            name='failure_words',
            field=models.CharField(blank=True, editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name='assistant',
            name='fallback_assistant',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='assistants.assistant'),
        ),
        migrations.AddField(
            model_name='assistant',
            name='fallback_model',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name='providerkey',
            name='rotated_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='providerkey',
            name='base_url',
            field=models.URLField(blank=True, help_text='The only address that the key is sent to.', max_length=500),
        ),
        migrations.CreateModel(
            name='Budget',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('micros', models.BigIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(0)])),
                ('tokens', models.BigIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(0)])),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant',), name='one_budget_per_tenant')],
            },
        ),
        migrations.CreateModel(
            name='BudgetPeriod',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('starts', models.DateField()),
                ('micros', models.BigIntegerField(default=0)),
                ('tokens', models.BigIntegerField(default=0)),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'starts'), name='one_budget_period_per_tenant_and_month')],
            },
        ),
        migrations.RunPython(add_prices, migrations.RunPython.noop),
        migrations.RunSQL(WITHIN_TENANT, NO_MORE),
    ]
