"""Typed texts are counted as people see them, and the database refuses what no text may hold."""

from django.db import migrations, models

from apps.core.migration_operations import AlterFields, check_typed
from apps.core.textfields import TypedCharField, TypedTextField


class Migration(migrations.Migration):
    dependencies = [("plans", "0014_typed_texts_mended")]

    operations = [
        AlterFields(
            [
                ("blockwording", "text", TypedTextField(verbose_name='前の文')),
                ("evidence", "title", TypedCharField(max_length=200, verbose_name='内容')),
                ("grade", "code", TypedCharField(max_length=2, unique=True, verbose_name='記号')),
                ("grade", "words", TypedCharField(max_length=40, verbose_name='意味')),
                ("handovermemo", "text", TypedTextField(max_length=2000, verbose_name='引継ぎメモ')),
                ("measure", "number", TypedCharField(max_length=8, verbose_name='番号')),
                ("measure", "title", TypedCharField(max_length=100, verbose_name='名称')),
                ("metric", "description", TypedTextField(blank=True, verbose_name='説明')),
                ("metric", "title", TypedCharField(max_length=80, unique=True, verbose_name='名称')),
                ("metric", "unit", TypedCharField(max_length=12, verbose_name='単位')),
                ("metricvalue", "source", TypedCharField(blank=True, max_length=200, verbose_name='出典')),
                ("plan", "overview", TypedTextField(verbose_name='プランの概要')),
                ("plan", "title", TypedCharField(max_length=100, verbose_name='名称')),
                ("plansheet", "correction_reason", TypedTextField(blank=True, verbose_name='正誤の理由')),
                ("plansheet", "grade_reason", TypedTextField(blank=True, verbose_name='評価の理由')),
                ("plansheet", "next_action", TypedTextField(blank=True, verbose_name='今後の対応')),
                ("plansheet", "source", TypedCharField(blank=True, help_text='資料から書き写したシートだけに入ります。', max_length=200, verbose_name='転記元の資料')),
                ("policy", "number", TypedCharField(max_length=8, verbose_name='番号')),
                ("policy", "title", TypedCharField(max_length=100, verbose_name='名称')),
                ("progressmark", "mark", TypedCharField(max_length=2, unique=True, verbose_name='記号')),
                ("progressmark", "words", TypedCharField(help_text='公開ページと報告書で、記号の横に表示されます。', max_length=40, verbose_name='意味')),
                ("reopening", "reason", TypedTextField(verbose_name='理由')),
                ("reportfile", "sha256", models.CharField(editable=False, max_length=64, verbose_name='SHA-256')),
                ("sheetline", "mark", TypedCharField(blank=True, max_length=4, verbose_name='行頭の記号')),
                ("sheetline", "text", TypedTextField(verbose_name='本文')),
            ]
        ),
        check_typed("plans"),
    ]
