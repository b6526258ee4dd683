"""Typed texts are counted as people see them, and the database refuses what no text may hold."""

from django.db import migrations

from apps.core.migration_operations import AlterFields, check_typed
from apps.core.textfields import TypedCharField, TypedTextField


class Migration(migrations.Migration):
    dependencies = [("vision", "0005_typed_texts_mended")]

    operations = [
        AlterFields(
            [
                ("digitalcase", "body", TypedTextField(blank=True, verbose_name='説明')),
                ("digitalcase", "source_place", TypedCharField(blank=True, help_text='例：大切にすべき視点①（12ページから）', max_length=80, verbose_name='資料の中の場所')),
                ("digitalcase", "title", TypedCharField(max_length=120, unique=True, verbose_name='名称')),
                ("field", "body", TypedTextField(blank=True, verbose_name='共創のイメージ')),
                ("field", "title", TypedCharField(max_length=60, unique=True, verbose_name='名称')),
                ("indicator", "note", TypedTextField(blank=True, help_text='資料の中の食い違いなど、読む人に知らせること。', verbose_name='注記')),
                ("indicator", "remark", TypedCharField(blank=True, max_length=120, verbose_name='ひとこと')),
                ("indicator", "source_place", TypedCharField(blank=True, help_text='例：大切にすべき視点①（12ページから）', max_length=80, verbose_name='資料の中の場所')),
                ("indicator", "survey", TypedCharField(blank=True, max_length=80, verbose_name='値のもと（調査名など）')),
                ("indicator", "title", TypedCharField(max_length=120, unique=True, verbose_name='指標名')),
                ("indicator", "unit", TypedCharField(default='%', max_length=20, verbose_name='単位')),
                ("indicatorvalue", "note", TypedCharField(blank=True, max_length=200, verbose_name='備考')),
                ("indicatorvalue", "source", TypedCharField(help_text='例：令和6年度 市民意識調査', max_length=120, verbose_name='出典')),
                ("priorityproject", "body", TypedTextField(verbose_name='説明')),
                ("priorityproject", "source_place", TypedCharField(blank=True, help_text='例：大切にすべき視点①（12ページから）', max_length=80, verbose_name='資料の中の場所')),
                ("priorityproject", "title", TypedCharField(max_length=80, unique=True, verbose_name='名称')),
                ("sourcedocument", "as_of", TypedCharField(blank=True, help_text='例：2025年12月時点', max_length=40, verbose_name='時点の表記')),
                ("sourcedocument", "edition", TypedCharField(blank=True, help_text='例：素案、中間とりまとめ', max_length=60, verbose_name='版')),
                ("sourcedocument", "note", TypedTextField(blank=True, verbose_name='注記')),
                ("sourcedocument", "publisher", TypedCharField(default='調布市', max_length=60, verbose_name='発行')),
                ("sourcedocument", "reference", TypedCharField(blank=True, max_length=20, verbose_name='管理番号')),
                ("sourcedocument", "title", TypedCharField(max_length=120, verbose_name='資料名')),
                ("surveyranking", "entries", TypedTextField(help_text='1行に1項目、上位から順に書いてください。', verbose_name='項目')),
                ("surveyranking", "remark", TypedCharField(blank=True, max_length=120, verbose_name='ひとこと')),
                ("surveyranking", "result", TypedCharField(blank=True, help_text='例：過半数', max_length=80, verbose_name='割合など')),
                ("surveyranking", "source_place", TypedCharField(blank=True, help_text='例：大切にすべき視点①（12ページから）', max_length=80, verbose_name='資料の中の場所')),
                ("surveyranking", "survey", TypedCharField(max_length=80, verbose_name='調査名')),
                ("surveyranking", "title", TypedCharField(max_length=120, verbose_name='問い・名称')),
                ("valueimport", "file_name", TypedCharField(blank=True, max_length=200, verbose_name='ファイル名')),
                ("viewpoint", "body", TypedTextField(verbose_name='説明')),
                ("viewpoint", "title", TypedCharField(max_length=60, verbose_name='名称')),
                ("viewpoint", "voices_note", TypedCharField(blank=True, help_text='選んだ声が載せられないときなど、市民の声の欄に出す一文です。', max_length=200, verbose_name='市民の声の注記')),
                ("visiontext", "body", TypedTextField(help_text='見出しや箇条書きはMarkdownで書けます。', verbose_name='本文')),
                ("visiontext", "lead", TypedCharField(blank=True, max_length=200, verbose_name='目指す姿（一文）')),
                ("visiontext", "source_place", TypedCharField(blank=True, help_text='例：大切にすべき視点①（12ページから）', max_length=80, verbose_name='資料の中の場所')),
                ("visiontext", "title", TypedCharField(max_length=60, verbose_name='見出し')),
            ]
        ),
        check_typed("vision"),
    ]
