"""Typed texts are counted as people see them, and the database refuses what no text may hold."""

from django.db import migrations, models

from apps.core.migration_operations import AlterFields, check_typed
from apps.core.textfields import TypedCharField


class Migration(migrations.Migration):
    dependencies = [("analysis", "0008_typed_texts_mended")]

    operations = [
        AlterFields(
            [
                ("dictionaryversion", "reason", TypedCharField(max_length=200, verbose_name='理由')),
                ("dictionaryversion", "what", models.CharField(editable=False, max_length=200, verbose_name='変更の内容')),
                ("reading", "digest", models.CharField(blank=True, editable=False, max_length=32)),
                ("reading", "failure", models.CharField(blank=True, editable=False, max_length=200, verbose_name='読み取れなかった理由')),
                ("snapshot", "title", TypedCharField(max_length=120, verbose_name='題名')),
                ("stopword", "reason", TypedCharField(help_text='なぜそうするのかを、市民にも伝わる言葉で書いてください。', max_length=200, verbose_name='理由')),
                ("stopword", "word", TypedCharField(max_length=30, unique=True, verbose_name='ことば')),
                ("synonym", "reason", TypedCharField(help_text='なぜそうするのかを、市民にも伝わる言葉で書いてください。', max_length=200, verbose_name='理由')),
                ("synonym", "shown", TypedCharField(max_length=30, verbose_name='まとめて表示することば')),
                ("synonym", "written", TypedCharField(max_length=30, unique=True, verbose_name='書かれたことば')),
                ("term", "text", models.CharField(editable=False, max_length=30, unique=True, verbose_name='語')),
                ("userword", "reason", TypedCharField(help_text='なぜそうするのかを、市民にも伝わる言葉で書いてください。', max_length=200, verbose_name='理由')),
                ("userword", "word", TypedCharField(max_length=30, unique=True, verbose_name='ことば')),
            ]
        ),
        check_typed("analysis"),
    ]
