"""What grades and marks mean, in English; the two of the city's document are named."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import apps.core.textfields

HELP = "英語のページで表示されます。空欄のときは、日本語のまま表示されます。"
WORDS = [
    ("A", "計画どおりに進捗", "Progressed as planned"),
    ("B", "概ね計画どおりに進捗", "Progressed mostly as planned"),
]


def name_in_english(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Fill in the English of the grades of the city's document."""
    for code, words, words_en in WORDS:
        apps.get_model("plans", "Grade").objects.filter(code=code, words=words).update(words_en=words_en)


class Migration(migrations.Migration):

    dependencies = [
        ("plans", "0015_typed_texts"),
    ]

    operations = [
        migrations.AddField(
            model_name="grade",
            name="words_en",
            field=apps.core.textfields.TypedCharField(blank=True, default="", help_text=HELP, max_length=80, verbose_name="意味（英語）"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="progressmark",
            name="words_en",
            field=apps.core.textfields.TypedCharField(blank=True, default="", help_text=HELP, max_length=80, verbose_name="意味（英語）"),
            preserve_default=False,
        ),
        migrations.RunPython(name_in_english, migrations.RunPython.noop),
    ]
