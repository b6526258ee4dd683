"""Stop words of one theme."""

import apps.core.textfields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('analysis', '0012_parts_of_compounds'),
        ('consultations', '0033_copies_of_texts'),
    ]

    operations = [
        migrations.CreateModel(
            name='ThemeStopWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', apps.core.textfields.TypedCharField(help_text='なぜそうするのかを、市民にも伝わることばで書いてください。', max_length=200, verbose_name='理由')),
                ('word', apps.core.textfields.TypedCharField(max_length=30, verbose_name='ことば')),
                ('consultation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='consultations.consultation', verbose_name='テーマ')),
            ],
            options={
                'verbose_name': 'テーマで除くことば',
                'verbose_name_plural': 'テーマで除くことば',
                'ordering': ['consultation', 'word'],
                'constraints': [models.UniqueConstraint(fields=('consultation', 'word'), name='theme_stop_word_once', violation_error_message='このテーマでは、もう登録されています。')],
            },
        ),
    ]
