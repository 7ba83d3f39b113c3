"""Sources that are read by a worker: files, pages and sites, each with its documents."""

import django.core.validators
import django.db.models.deletion
import tenants.ownership
from django.db import migrations, models


# table, column, table referred to: a tenant's rows refer to each other only
REFERENCES = [
    ("assistants_knowledgefile", "source_id", "assistants_knowledgesource"),
    ("assistants_knowledgedocument", "source_id", "assistants_knowledgesource"),
    ("assistants_knowledgechunk", "document_id", "assistants_knowledgedocument"),
]


def _forward(table, column, target):
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_within_tenant FOREIGN KEY (tenant_id, {column}) "
        f"REFERENCES {target} (tenant_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"
    )


def _backward(table, column, target):
    return f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_within_tenant"


class Migration(migrations.Migration):

    dependencies = [
        ('assistants', '0008_tools'),
        ('tenants', '0005_knowledge_of_a_plan'),
    ]

    operations = [
        migrations.CreateModel(
            name='KnowledgeDocument',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('url', models.CharField(blank=True, max_length=1000)),
                ('title', models.CharField(blank=True, max_length=300)),
                ('text', models.TextField(blank=True)),
                ('language', models.CharField(blank=True, max_length=20)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('ready', 'Read'), ('skipped', 'Left out'), ('failed', 'Failed')], default='waiting', max_length=8)),
                ('reason', models.CharField(blank=True, max_length=400)),
                ('is_gone', models.BooleanField(default=False, help_text='Failed for good: there is nothing at this address.')),
                ('depth', models.PositiveSmallIntegerField(default=0)),
                ('round', models.PositiveIntegerField(default=0, help_text="The source's round in which it was last looked at.")),
                ('characters', models.PositiveIntegerField(default=0)),
                ('digest', models.CharField(blank=True, help_text='Of the text: two pages that say the same are one.', max_length=64)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='KnowledgeFile',
            fields=[
                ('id', models.UUIDField(default=tenants.ownership.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=255)),
                ('size', models.PositiveIntegerField()),
                ('data', models.BinaryField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RemoveConstraint(
            model_name='knowledgechunk',
            name='one_chunk_per_position',
        ),
        migrations.AddField(
            model_name='knowledgechunk',
            name='embedded_by',
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name='knowledgesource',
            name='again',
            field=models.CharField(choices=[('never', 'Never'), ('daily', 'Daily'), ('weekly', 'Weekly')], default='never', max_length=8),
        ),
        migrations.AddField(
            model_name='knowledgesource',
            name='claim',
            field=models.UUIDField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='knowledgesource',
            name='depth',
            field=models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MaxValueValidator(10)]),
        ),
        migrations.AddField(
            model_name='knowledgesource',
            name='failure',
            field=models.CharField(blank=True, help_text='Why it failed, or what is missing, in words.', max_length=400),
        ),
        migrations.AddField(
            model_name='knowledgesource',
            name='follow',
            field=models.CharField(choices=[('links', 'Links from this page'), ('sitemap', 'The site’s sitemap')], default='links', max_length=8),
        ),
        migrations.AddField(
            model_name='knowledgesource',
            name='lease_until',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='knowledgesource',
            name='most_pages',
            field=models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)]),
        ),
        migrations.AddField(
            model_name='knowledgesource',
            name='next_read_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='knowledgesource',
            name='read_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='knowledgesource',
            name='round',
            field=models.PositiveIntegerField(default=0, help_text='How often it has been read.'),
        ),
        migrations.AddField(
            model_name='knowledgesource',
            name='tries',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name='knowledgesource',
            name='body',
            field=models.TextField(blank=True, max_length=200000),
        ),
        migrations.AlterField(
            model_name='knowledgesource',
            name='kind',
            field=models.CharField(choices=[('faq', 'Question and answer'), ('text', 'Text'), ('file', 'File'), ('page', 'Web page'), ('site', 'Website')], default='faq', max_length=8),
        ),
        migrations.AlterField(
            model_name='knowledgesource',
            name='language',
            field=models.CharField(blank=True, default='english', help_text="PostgreSQL's text search configuration.", max_length=20),
        ),
        migrations.AlterField(
            model_name='knowledgesource',
            name='status',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('reading', 'Reading'), ('ready', 'Ready'), ('failed', 'Failed')], default='ready', max_length=12),
        ),
        migrations.AddIndex(
            model_name='knowledgesource',
            index=models.Index(condition=models.Q(('status__in', ['waiting', 'reading'])), fields=['status', 'lease_until'], name='knowledge_to_read'),
        ),
        migrations.AddIndex(
            model_name='knowledgesource',
            index=models.Index(condition=models.Q(('next_read_at__isnull', False)), fields=['next_read_at'], name='knowledge_to_read_again'),
        ),
        migrations.AddField(
            model_name='knowledgedocument',
            name='source',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='assistants.knowledgesource'),
        ),
        migrations.AddField(
            model_name='knowledgedocument',
            name='tenant',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant'),
        ),
        migrations.AddField(
            model_name='knowledgechunk',
            name='document',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='chunks', to='assistants.knowledgedocument'),
        ),
        migrations.AddIndex(
            model_name='knowledgechunk',
            index=models.Index(fields=['tenant', 'embedded_by'], name='knowledge_embedded'),
        ),
        migrations.AddConstraint(
            model_name='knowledgechunk',
            constraint=models.UniqueConstraint(fields=('source', 'document', 'position'), name='one_chunk_per_place', nulls_distinct=False),
        ),
        migrations.AddField(
            model_name='knowledgefile',
            name='source',
            field=models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='file', to='assistants.knowledgesource'),
        ),
        migrations.AddField(
            model_name='knowledgefile',
            name='tenant',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tenants.tenant'),
        ),
        migrations.AddConstraint(
            model_name='knowledgedocument',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='knowledge_document_within_tenant'),
        ),
        migrations.AddConstraint(
            model_name='knowledgedocument',
            constraint=models.UniqueConstraint(fields=('source', 'url'), name='one_document_per_address'),
        ),
        *(migrations.RunSQL(_forward(*reference), _backward(*reference)) for reference in REFERENCES),
    ]
