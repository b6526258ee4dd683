"""提出 and 差戻し of a stage; what was handed in is written once with the sheet it belongs to."""

import apps.core.textfields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('plans', '0016_scale_in_english'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SheetSubmission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('plan', '計画'), ('first', '前期'), ('second', '後期'), ('summary', '総括')], max_length=12, verbose_name='段階')),
                ('state', models.CharField(choices=[('waiting', '確認待ち'), ('returned', '差戻し'), ('withdrawn', '取下げ'), ('confirmed', '確認'), ('reopened', '開き直し')], default='waiting', max_length=12, verbose_name='提出の結果')),
                ('is_current', models.BooleanField(default=True, verbose_name='今の提出')),
                ('submitted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='提出日時')),
                ('reason', apps.core.textfields.TypedTextField(blank=True, verbose_name='差戻しの理由')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='処理日時')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='処理者')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='submissions', to='plans.plansheet', verbose_name='PDCAシート')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出者')),
            ],
            options={
                'verbose_name': '段階の提出',
                'verbose_name_plural': '段階の提出',
                'ordering': ['sheet', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('sheet',), name='submission_current_once'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('is_current', True), ('state', 'waiting')), models.Q(('closed_at__isnull', False), ('state', 'returned')), models.Q(('closed_at__isnull', False), ('is_current', False), ('state__in', ['withdrawn', 'confirmed', 'reopened'])), _connector='OR'), name='submission_state_whole'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='submission_return_reason', violation_error_message='差し戻す理由を書いてください。')],
            },
        ),
        migrations.RunSQL(
            "CREATE TRIGGER sheetsubmission_frozen BEFORE INSERT OR UPDATE OR DELETE ON plans_sheetsubmission "
            "FOR EACH ROW EXECUTE FUNCTION plans_refuse_published_part();",
            "DROP TRIGGER sheetsubmission_frozen ON plans_sheetsubmission;",
        ),
    ]
