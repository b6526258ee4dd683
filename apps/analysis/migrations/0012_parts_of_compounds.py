"""The words that a compound is made of. The worker fills them in."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analysis", "0011_synonyms_for_searches_alone")]

    operations = [
        migrations.AddField(
            "term",
            "parts",
            django.contrib.postgres.fields.ArrayField(
                models.CharField(max_length=30),
                verbose_name="部分のことば",
                null=True,
                blank=True,
                editable=False,
                default=None,
                size=None,
            ),
        ),
        migrations.AddIndex("term", models.Index(fields=["id"], condition=models.Q(parts=None), name="term_uncut")),
        migrations.AddIndex("term", django.contrib.postgres.indexes.GinIndex(fields=["parts"], name="term_parts")),
    ]
