"""Cases are found by search: columns for it, filled for the cases that there are."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


from apps.core import search, text


def fill(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Fold title and summary of every case."""
    for case in apps.get_model("public_comments", "Case")._default_manager.all():
        joined = f"{case.title} {case.summary}"
        case.search_text, case.search_bigrams = text.fold(joined), search.bigrams(joined)
        case.save(update_fields=["search_text", "search_bigrams"])


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_digest_asked_for'),
        ('documents', '0002_frozen_when_published'),
        ('public_comments', '0003_frozen_when_published'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='search_bigrams',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), blank=True, default=list, editable=False, size=None),
        ),
        migrations.AddField(
            model_name='case',
            name='search_text',
            field=models.TextField(blank=True, default='', editable=False),
        ),
        migrations.AddIndex(
            model_name='case',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search_bigrams'], name='case_bigrams'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
