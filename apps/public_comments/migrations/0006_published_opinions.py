"""Rows of published results are found one by one: a table for them, filled from the editions that there are."""

import re

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from apps.core import search, text


def fill(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Make the rows of every edition; sections are those that the addresses in it name."""
    sections = apps.get_model("documents", "Section")._default_manager
    rows = apps.get_model("public_comments", "ResultRow")._default_manager
    for edition in apps.get_model("public_comments", "ResultEdition")._default_manager.order_by("pk"):
        for row in edition.figures["rows"]:
            joined = f"{row['summary']} {row['text']}"
            rows.create(
                result=edition, number=row["number"], summary=row["summary"], text=row["text"], kind=row["kind"],
                section=_section(sections, row["section_url"]), changed_section=_section(sections, row["changed_url"]),
                search_text=text.fold(joined), search_bigrams=search.bigrams(joined),
            )


def _section(sections, url):
    """Return the section of an address /documents/document/version/#key; None for an empty one."""
    found = re.search(r"/documents/([^/]+)/([^/]+)/#(.+)$", url)
    if found is None:
        return None
    document, version, key = found.groups()
    return sections.filter(key=key, version__slug=version, version__document__slug=document).first()


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0002_frozen_when_published'),
        ('public_comments', '0005_assignments_and_moves'),
    ]

    operations = [
        migrations.CreateModel(
            name='ResultRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('search_text', models.TextField(blank=True, default='', editable=False)),
                ('search_bigrams', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, editable=False, size=None)),
                ('number', models.PositiveSmallIntegerField(verbose_name='番号')),
                ('summary', models.TextField(editable=False, max_length=1000, verbose_name='意見の概要')),
                ('text', models.TextField(editable=False, max_length=4000, verbose_name='市の考え方')),
                ('kind', models.CharField(blank=True, editable=False, max_length=40, verbose_name='反映区分')),
                ('changed_section', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.section', verbose_name='変えた節')),
                ('result', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='answers', to='public_comments.resultedition', verbose_name='結果の版')),
                ('section', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.section', verbose_name='案の節')),
                ('view', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='public_comments.cityview', verbose_name='市の考え方')),
            ],
            options={
                'verbose_name': '公表された意見',
                'verbose_name_plural': '公表された意見',
                'ordering': ['result', 'number'],
                'abstract': False,
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['search_bigrams'], name='resultrow_bigrams')],
                'constraints': [models.UniqueConstraint(fields=('result', 'number'), name='result_row_once')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
