"""Typed texts are counted as people see them, and the database refuses what no text may hold."""

from django.db import migrations

from apps.core.migration_operations import AlterFields, check_typed
from apps.core.textfields import TypedCharField, TypedTextField


class Migration(migrations.Migration):
    dependencies = [("council", "0010_typed_texts_mended")]

    operations = [
        AlterFields(
            [
                ("challenge", "body", TypedTextField(max_length=2000, verbose_name='内容')),
                ("challenge", "conditions", TypedTextField(blank=True, max_length=1000, verbose_name='条件')),
                ("challenge", "decision_note", TypedTextField(blank=True, editable=False, verbose_name='事務局から')),
                ("challenge", "title", TypedCharField(max_length=80, verbose_name='題名')),
                ("checkanswer", "item", TypedCharField(max_length=10, verbose_name='項目')),
                ("checkanswer", "value", TypedCharField(max_length=10, verbose_name='答え')),
                ("checknote", "text", TypedTextField(blank=True, max_length=1000, verbose_name='話し合いたいこと')),
                ("offer", "body", TypedTextField(max_length=2000, verbose_name='内容')),
                ("offer", "conditions", TypedTextField(blank=True, max_length=1000, verbose_name='条件')),
                ("offer", "decision_note", TypedTextField(blank=True, editable=False, verbose_name='事務局から')),
                ("offer", "title", TypedCharField(max_length=80, verbose_name='題名')),
                ("organization", "body", TypedTextField(blank=True, max_length=2000, verbose_name='紹介')),
                ("organization", "contact", TypedCharField(blank=True, help_text='公開する窓口だけを書きます（代表電話、問い合わせ先など）。', max_length=200, verbose_name='連絡方法')),
                ("organization", "name", TypedCharField(help_text='担当者の招待には、この名称をそのまま入れてください。', max_length=100, unique=True, verbose_name='団体名')),
                ("organization", "source", TypedCharField(blank=True, max_length=200, verbose_name='出典')),
                ("organizationkind", "name", TypedCharField(max_length=40, unique=True, verbose_name='名称')),
                ("organizationrevision", "decision_note", TypedTextField(blank=True, editable=False, verbose_name='事務局から')),
                ("organizationrevision", "note", TypedCharField(blank=True, max_length=200, verbose_name='変更の説明')),
                ("participation", "note", TypedCharField(blank=True, max_length=120, verbose_name='役割の説明')),
                ("project", "body", TypedTextField(blank=True, max_length=4000, verbose_name='くわしい内容')),
                ("project", "lesson", TypedTextField(blank=True, max_length=2000, verbose_name='次への生かし方')),
                ("project", "method_reason", TypedTextField(blank=True, max_length=400, verbose_name='手法を選んだ理由')),
                ("project", "place", TypedCharField(blank=True, max_length=120, verbose_name='場所')),
                ("project", "result", TypedTextField(blank=True, max_length=2000, verbose_name='結果')),
                ("project", "source", TypedCharField(blank=True, max_length=200, verbose_name='出典')),
                ("project", "source_note", TypedTextField(blank=True, verbose_name='出典についての注記')),
                ("project", "source_quote", TypedTextField(blank=True, verbose_name='出典の文')),
                ("project", "summary", TypedTextField(max_length=400, verbose_name='概要')),
                ("project", "title", TypedCharField(max_length=120, verbose_name='名称')),
                ("projectlink", "title", TypedCharField(max_length=120, verbose_name='名称')),
                ("projectpicture", "description", TypedCharField(help_text='画像が見えない人にも内容が伝わるように書いてください。', max_length=200, verbose_name='画像の説明')),
                ("projectrevision", "decision_note", TypedTextField(blank=True, editable=False, verbose_name='事務局から')),
                ("projectrevision", "note", TypedCharField(blank=True, max_length=200, verbose_name='変更の説明')),
                ("projectupdate", "body", TypedTextField(max_length=2000, verbose_name='内容')),
                ("projectupdate", "title", TypedCharField(max_length=80, verbose_name='見出し')),
            ]
        ),
        check_typed("council"),
    ]
