"""Themes and questions in other words: やさしい日本語, こども, English."""

import apps.core.textfields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0028_withdrawn_from'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlainWording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('ja-x-easy', 'やさしい日本語'), ('ja-x-kids', 'こども'), ('en', '英語')], max_length=10, verbose_name='だれのための文か')),
                ('title', apps.core.textfields.TypedCharField(max_length=300, verbose_name='テーマ、または問い')),
                ('summary', apps.core.textfields.TypedTextField(blank=True, max_length=1000, verbose_name='概要、または問いの補足')),
                ('background', apps.core.textfields.TypedTextField(blank=True, help_text='見出しや箇条書きはMarkdownで書けます。', verbose_name='背景・参考情報')),
                ('consultation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plain_wordings', to='consultations.consultation', verbose_name='テーマ')),
                ('question', models.ForeignKey(blank=True, help_text='空欄のときは、テーマそのものの文です。', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='plain_wordings', to='consultations.question', verbose_name='問い')),
            ],
            options={
                'verbose_name': 'やさしい日本語・こども・英語の文',
                'verbose_name_plural': 'やさしい日本語・こども・英語の文',
                'ordering': ['level', 'question', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('question', None)), fields=('consultation', 'level'), name='plain_wording_of_theme_once', violation_error_message='このテーマには、もうその文があります。'), models.UniqueConstraint(fields=('question', 'level'), name='plain_wording_of_question_once', violation_error_message='この問いには、もうその文があります。'), models.CheckConstraint(condition=models.Q(('question', None), ('background', ''), _connector='OR'), name='plain_wording_background_of_theme', violation_error_message='背景・参考情報は、テーマの文にだけ書けます。')],
            },
        ),
    ]
