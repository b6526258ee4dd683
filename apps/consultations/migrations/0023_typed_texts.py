"""Typed texts are counted as people see them, and the database refuses what no text may hold."""

from django.db import migrations

from apps.core.migration_operations import AlterFields, check_typed
from apps.core.textfields import TypedCharField, TypedTextField


class Migration(migrations.Migration):
    dependencies = [("consultations", "0022_typed_texts_mended")]

    operations = [
        AlterFields(
            [
                ("abusereport", "text", TypedTextField(blank=True, max_length=500, verbose_name='くわしい内容')),
                ("answerchange", "body", TypedTextField(verbose_name='市の回答（まとめ）')),
                ("answerchange", "department_name", TypedCharField(max_length=60, verbose_name='担当課')),
                ("assignment", "sent_back_reason", TypedTextField(blank=True, editable=False, max_length=500, verbose_name='差し戻しの理由')),
                ("attachment", "description", TypedTextField(blank=True, help_text='図が見えない人にも内容が伝わるように書いてください。', verbose_name='図の内容の説明')),
                ("attachment", "title", TypedCharField(max_length=120, verbose_name='名称')),
                ("backgroundlink", "title", TypedCharField(max_length=120, verbose_name='名称')),
                ("batch", "event_name", TypedCharField(blank=True, max_length=60, verbose_name='行事名')),
                ("batch", "file_name", TypedCharField(blank=True, max_length=200, verbose_name='ファイル名')),
                ("batch", "taken_back_reason", TypedCharField(blank=True, editable=False, max_length=300, verbose_name='取り消した理由')),
                ("comment", "body", TypedTextField(verbose_name='コメント')),
                ("comment", "public_name", TypedCharField(blank=True, max_length=20, verbose_name='表示名')),
                ("consultation", "answer", TypedTextField(blank=True, verbose_name='市の回答（まとめ）')),
                ("consultation", "background", TypedTextField(blank=True, help_text='見出しや箇条書きはMarkdownで書けます。', verbose_name='背景・参考情報')),
                ("consultation", "period_note", TypedCharField(blank=True, max_length=60, verbose_name='期間の注記')),
                ("consultation", "summary", TypedTextField(max_length=400, verbose_name='概要')),
                ("consultation", "title", TypedCharField(max_length=120, verbose_name='テーマ')),
                ("decision", "appeal", TypedTextField(blank=True, verbose_name='異議の申立て')),
                ("decision", "note", TypedTextField(blank=True, verbose_name='内部メモ')),
                ("glossaryterm", "explanation", TypedTextField(max_length=400, verbose_name='説明')),
                ("glossaryterm", "term", TypedCharField(max_length=60, verbose_name='ことば')),
                ("internalnote", "body", TypedTextField(verbose_name='メモ')),
                ("moderationcase", "detail", TypedTextField(blank=True, verbose_name='きっかけのくわしい内容')),
                ("moderationrule", "name", TypedCharField(max_length=40, unique=True, verbose_name='名称')),
                ("moderationrule", "words", TypedTextField(blank=True, help_text='1行に一つ。NGワードでは、探すことばと、頭に「!」を付けた除外することば（例：!ばかり）。全角・半角、大文字・小文字、ひらがな・カタカナは区別しません。リンクでは、数えないサイト（例：city.chofu.lg.jp）。', max_length=20000, verbose_name='ことば')),
                ("policyarticle", "reason", TypedCharField(help_text='「○○の理由により非表示」の○○に入ることば。運用ポリシーのページの条文とそろえてください。', max_length=40, verbose_name='理由のことば')),
                ("proposal", "body", TypedTextField(verbose_name='アイデア・意見')),
                ("proposal", "external_id", TypedCharField(blank=True, editable=False, max_length=100, verbose_name='取込元の番号')),
                ("proposal", "group_label", TypedCharField(blank=True, max_length=40, verbose_name='テーブル・グループ')),
                ("proposal", "public_name", TypedCharField(blank=True, max_length=20, verbose_name='表示名')),
                ("proposal", "title", TypedCharField(blank=True, max_length=60, verbose_name='見出し')),
                ("proposalrevision", "body", TypedTextField(verbose_name='本文')),
                ("proposalrevision", "title", TypedCharField(blank=True, max_length=60, verbose_name='見出し')),
                ("question", "help_text", TypedTextField(blank=True, max_length=1000, verbose_name='補足')),
                ("question", "text", TypedCharField(max_length=300, verbose_name='問い')),
                ("questionwording", "help_text", TypedTextField(blank=True, verbose_name='変更前の補足')),
                ("questionwording", "reason", TypedTextField(max_length=400, verbose_name='理由')),
                ("questionwording", "text", TypedCharField(max_length=300, verbose_name='変更前の問い')),
                ("reply", "body", TypedTextField(blank=True, editable=False, verbose_name='公開中の文')),
                ("reply", "draft_body", TypedTextField(blank=True, max_length=4000, verbose_name='市の考え方')),
                ("replychange", "body", TypedTextField(verbose_name='市の考え方')),
                ("replychange", "department_name", TypedCharField(max_length=60, verbose_name='担当課')),
                ("replychange", "status_name", TypedCharField(max_length=20, verbose_name='状況')),
                ("replystatus", "meaning", TypedCharField(blank=True, max_length=120, verbose_name='市民への説明')),
                ("replystatus", "name", TypedCharField(max_length=20, unique=True, verbose_name='状況')),
                ("schedulechange", "reason", TypedTextField(max_length=400, verbose_name='理由')),
                ("tag", "name", TypedCharField(max_length=20, unique=True, verbose_name='タグ')),
                ("takedownrequest", "reason", TypedTextField(max_length=1000, verbose_name='理由')),
                ("topic", "summary", TypedTextField(blank=True, max_length=600, verbose_name='まとめ')),
                ("topic", "title", TypedCharField(max_length=80, verbose_name='論点')),
            ]
        ),
        check_typed("consultations"),
    ]
