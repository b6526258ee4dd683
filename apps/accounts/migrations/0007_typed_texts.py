"""Typed texts are counted as people see them, and the database refuses what no text may hold."""

from django.db import migrations

from apps.core.migration_operations import AlterFields, check_typed
from apps.core.textfields import TypedCharField, TypedTextField


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_typed_texts_mended")]

    operations = [
        AlterFields(
            [
                ("department", "name", TypedCharField(max_length=60, unique=True, verbose_name='名称')),
                ("invitation", "organization", TypedCharField(blank=True, max_length=100, verbose_name='団体名')),
                ("posting", "organization", TypedCharField(blank=True, max_length=100, verbose_name='団体名')),
                ("restriction", "appeal", TypedTextField(blank=True, editable=False, verbose_name='異議の申立て')),
                ("restriction", "reason", TypedTextField(help_text='本人に伝わる文です。', max_length=500, verbose_name='理由')),
                ("user", "nickname", TypedCharField(blank=True, help_text='投稿に表示される名前です。本名や連絡先は書かないでください。空欄のときは「匿名」と表示されます。', max_length=20, verbose_name='ニックネーム')),
            ]
        ),
        check_typed("accounts"),
    ]
