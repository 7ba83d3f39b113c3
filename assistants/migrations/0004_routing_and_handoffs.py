"""Routing rules, hand-offs, and counts of visitors who were turned away."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import tenants.ownership
from django.db import migrations, models


# table, column: references to the tenant's assistants
REFERENCES = [
    ("assistants_routingrule", "assistant_id"),
    ("assistants_handoff", "assistant_id"),
    ("assistants_handoff", "to_assistant_id"),
]


def _forward(table, column):
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_within_tenant FOREIGN KEY (tenant_id, {column}) "
        "REFERENCES assistants_assistant (tenant_id, id) DEFERRABLE INITIALLY DEFERRED"
    )


def _backward(table, column):
    return f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_within_tenant"


class Migration(migrations.Migration):

    dependencies = [
        ('assistants', '0003_keys_and_budgets'),
        ('tenants', '0004_grain_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='Handoff',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('on_no_answer', models.BooleanField(default=False)),
                ('on_person', models.BooleanField(default=False)),
                ('keywords', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=50)),
                ('intents', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('sales', 'A purchase'), ('support', 'Help with a problem'), ('billing', 'An invoice or payment'), ('booking', 'An appointment or booking'), ('delivery', 'An order or delivery'), ('complaint', 'Making a complaint'), ('human', 'A person')], max_length=20), blank=True, default=list, size=None)),
                ('target', models.CharField(choices=[('assistant', 'An assistant'), ('people', 'Your team')], default='people', max_length=12)),
                ('style', models.CharField(choices=[('announce', 'A line that says so, in the visitor’s language'), ('custom', 'Your own words'), ('silent', 'Nothing')], default='announce', max_length=12)),
                ('message', models.CharField(blank=True, max_length=300)),
                ('most', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)])),
                ('assistant', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='handoff', to='assistants.assistant')),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
                ('to_assistant', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='assistants.assistant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='handoff_within_tenant')],
            },
        ),
        migrations.CreateModel(
            name='RoutingRule',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('priority', models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MaxValueValidator(100)])),
                ('active', models.BooleanField(default=True)),
                ('keywords', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=50)),
                ('intent', models.CharField(blank=True, choices=[('sales', 'A purchase'), ('support', 'Help with a problem'), ('billing', 'An invoice or payment'), ('booking', 'An appointment or booking'), ('delivery', 'An order or delivery'), ('complaint', 'Making a complaint'), ('human', 'A person')], max_length=20)),
                ('channels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('widget', 'Chat widget')], max_length=16), blank=True, default=list, size=None)),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, help_text='1 is Monday.', size=None)),
                ('begins', models.TimeField(blank=True, null=True)),
                ('ends', models.TimeField(blank=True, null=True)),
                ('target', models.CharField(choices=[('assistant', 'An assistant'), ('people', 'Your team')], default='assistant', max_length=12)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('assistant', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='assistants.assistant')),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='routing_rule_within_tenant')],
            },
        ),
        migrations.CreateModel(
            name='TurnedAway',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('reason', models.CharField(choices=[('no_assistant', 'No assistant answers'), ('assistant_misconfigured', 'The assistant can’t work')], max_length=24)),
                ('visitors', models.PositiveIntegerField(default=0)),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant', 'day', 'reason'), name='one_turned_away_per_tenant_day_and_reason')],
            },
        ),
        *(migrations.RunSQL(_forward(*reference), _backward(*reference)) for reference in REFERENCES),
    ]
