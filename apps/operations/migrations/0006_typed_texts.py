"""Typed texts are counted as people see them, and the database refuses what no text may hold."""

from django.db import migrations, models

from apps.core.migration_operations import AlterFields, check_typed
from apps.core.textfields import TypedCharField, TypedTextField


class Migration(migrations.Migration):
    dependencies = [("operations", "0005_typed_texts_mended")]

    operations = [
        AlterFields(
            [
                ("job", "address", models.CharField(editable=False, max_length=300, verbose_name='結果のページ')),
                ("job", "error", models.CharField(blank=True, editable=False, max_length=500, verbose_name='できなかった理由')),
                ("job", "file_name", models.CharField(blank=True, editable=False, max_length=150, verbose_name='ファイル名')),
                ("job", "key", models.CharField(editable=False, max_length=120, verbose_name='鍵')),
                ("job", "kind", models.CharField(editable=False, max_length=40, verbose_name='種類')),
                ("job", "message", models.CharField(blank=True, editable=False, max_length=300, verbose_name='経過')),
                ("job", "target_id", models.CharField(editable=False, max_length=64, verbose_name='対象ID')),
                ("job", "target_label", models.CharField(editable=False, max_length=80, verbose_name='対象の種類')),
                ("job", "title", models.CharField(editable=False, max_length=200, verbose_name='内容')),
                ("notification", "address", models.CharField(editable=False, max_length=300, verbose_name='ページ')),
                ("notification", "body", models.TextField(blank=True, editable=False, verbose_name='本文')),
                ("notification", "key", models.CharField(editable=False, max_length=120, verbose_name='鍵')),
                ("notification", "kind", models.CharField(editable=False, max_length=40, verbose_name='種類')),
                ("notification", "title", models.CharField(editable=False, max_length=200, verbose_name='見出し')),
                ("outbox", "body", models.TextField(blank=True, editable=False, verbose_name='本文')),
                ("outbox", "key", models.CharField(editable=False, help_text='種類・対象・宛先から作る，一通に一つの鍵', max_length=200, unique=True, verbose_name='鍵')),
                ("outbox", "last_error", models.TextField(blank=True, editable=False, verbose_name='最後のエラー')),
                ("outbox", "subject", models.CharField(editable=False, max_length=200, verbose_name='件名')),
                ("sitepage", "body", TypedTextField(help_text='見出しや箇条書きはMarkdownで書けます。', verbose_name='本文')),
                ("sitepage", "title", TypedCharField(max_length=60, verbose_name='題名')),
                ("sitepage", "version", TypedCharField(default='1', help_text='意味が変わるときは番号を上げます。', max_length=20, verbose_name='版')),
            ]
        ),
        check_typed("operations"),
    ]
