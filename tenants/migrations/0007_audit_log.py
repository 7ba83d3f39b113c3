"""The audit log. The database itself refuses to change it; entries go with their company, or when they are old."""

import django.db.models.deletion
import django.db.models.functions.datetime
import tenants.models.audit
import tenants.ownership
from django.conf import settings
from django.db import migrations, models


# Removing a company removes its entries from within the foreign key's own trigger, which is what the depth tells.
_STAYS = """
    CREATE FUNCTION tenants_auditentry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.at < now() - interval '400 days' OR pg_trigger_depth() > 1 THEN
                RETURN OLD;
            END IF;
        END IF;
        RAISE EXCEPTION 'The audit log is only added to: % of tenants_auditentry is refused.', TG_OP
            USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON tenants_auditentry
        FOR EACH ROW EXECUTE FUNCTION tenants_auditentry_stays();
    CREATE TRIGGER audit_log_stays BEFORE TRUNCATE ON tenants_auditentry
        FOR EACH STATEMENT EXECUTE FUNCTION tenants_auditentry_stays();
    ALTER TABLE tenants_auditentry ADD CONSTRAINT tenants_auditentry_tenant_id_goes_with_tenant
        FOREIGN KEY (tenant_id) REFERENCES tenants_tenant (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
"""
_GOES = """
    ALTER TABLE tenants_auditentry DROP CONSTRAINT tenants_auditentry_tenant_id_goes_with_tenant;
    DROP TRIGGER audit_log_stays ON tenants_auditentry;
    DROP TRIGGER audit_entry_stays ON tenants_auditentry;
    DROP FUNCTION tenants_auditentry_stays();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0006_usage_by_day'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('verb', models.CharField(choices=tenants.models.audit.verbs, max_length=48)),
                ('actor_kind', models.CharField(choices=[('person', 'Person'), ('api', 'API token'), ('staff', 'Platform staff'), ('system', 'autochat')], max_length=8)),
                ('actor_name', models.CharField(max_length=100)),
                ('actor_email', models.CharField(blank=True, max_length=254)),
                ('target_kind', models.CharField(choices=tenants.models.audit.subjects, max_length=24)),
                ('target_id', models.CharField(blank=True, max_length=80)),
                ('target_name', models.CharField(blank=True, max_length=100)),
                ('details', models.JSONField(default=dict, help_text="`changes`: old and new value by field, or none where they are nobody's business.")),
                ('ip_address', models.GenericIPAddressField(null=True)),
                ('request_id', models.CharField(blank=True, max_length=128)),
                ('actor', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(db_constraint=False, editable=False, help_text='Empty: it concerns the platform as a whole, and its staff alone see it.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='tenants.tenant')),
            ],
            options={
                'verbose_name_plural': 'audit entries',
                'indexes': [models.Index(fields=['tenant', '-at', '-id'], name='audit_entry_newest'), models.Index(fields=['tenant', 'actor', '-at', '-id'], name='audit_entry_newest_of_actor'), models.Index(fields=['at'], name='audit_entry_age')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='audit_entry_within_tenant')],
            },
        ),
        migrations.RunSQL(_STAYS, _GOES),
    ]
