"""API tokens, and where they stand in a person's stead."""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import tenants.ownership
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0008_row_security'),
    ]

    operations = [
        migrations.AddField(
            model_name='invitation',
            name='invited_by_token',
            field=models.CharField(blank=True, help_text='The label of the API token, where no person invited.', max_length=80),
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('role', models.CharField(choices=[('agent', 'Agent'), ('manager', 'Manager'), ('admin', 'Admin')], max_length=16)),
                ('label', models.CharField(max_length=80)),
                ('digest', models.CharField(editable=False, help_text='SHA-256 of the token, in hex.', max_length=64, unique=True)),
                ('prefix', models.CharField(editable=False, max_length=8)),
                ('last4', models.CharField(editable=False, max_length=4)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('expires_at', models.DateTimeField(help_text='Empty: it is good until somebody revokes it.', null=True)),
                ('last_used_at', models.DateTimeField(help_text='To the minute.', null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant')),
            ],
        ),
        migrations.AddField(
            model_name='auditentry',
            name='actor_token',
            field=models.ForeignKey(db_constraint=False, db_index=False, help_text='The API token that acted, where no person did.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.apitoken'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(condition=models.Q(('actor_token__isnull', False)), fields=['tenant', 'actor_token', '-at', '-id'], name='audit_entry_newest_of_token'),
        ),
        migrations.AddIndex(
            model_name='apitoken',
            index=models.Index(fields=['tenant', '-created_at', '-id'], name='api_token_newest'),
        ),
        migrations.AddConstraint(
            model_name='apitoken',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='api_token_within_tenant'),
        ),
        migrations.AddConstraint(
            model_name='apitoken',
            constraint=models.UniqueConstraint(models.F('tenant'), django.db.models.functions.text.Lower('label'), condition=models.Q(('revoked_at', None)), name='one_api_token_per_tenant_and_label'),
        ),
        migrations.AddConstraint(
            model_name='apitoken',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ('agent', 'manager', 'admin'))), name='api_token_is_no_owner'),
        ),
    ]
