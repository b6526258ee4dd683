"""Numbers of topics come from a sequence; what the city said and reported stands; the first words for its answers."""

from django.db import migrations

WRITTEN_ONCE = """
CREATE TRIGGER reply_change_written_once BEFORE UPDATE OR DELETE ON consultations_replychange
  FOR EACH ROW EXECUTE FUNCTION operations_refuse_change();
CREATE TRIGGER result_report_written_once BEFORE UPDATE OR DELETE ON consultations_resultreport
  FOR EACH ROW EXECUTE FUNCTION operations_refuse_change();
"""
WRITTEN_OFTEN = """
DROP TRIGGER reply_change_written_once ON consultations_replychange;
DROP TRIGGER result_report_written_once ON consultations_resultreport;
"""
# code, name, meaning for residents, whether it is an answer
STATUSES = [
    ("received", "受付", "市が受け取り、担当課を決めています。", False),
    ("reviewing", "検討中", "担当課が内容を検討しています。", False),
    ("reflected", "反映", "計画や取組に反映します。", True),
    ("partly", "一部反映", "一部を計画や取組に反映します。", True),
    ("done", "実施済", "すでに行っています。", True),
    ("difficult", "対応困難", "理由があり、対応することが難しいものです。", True),
    ("reference", "参考", "今後の参考とします。", True),
]


def add_statuses(apps, schema_editor):
    rows = enumerate(STATUSES, start=1)
    apps.get_model("consultations", "ReplyStatus").objects.bulk_create(
        apps.get_model("consultations", "ReplyStatus")(
            code=code, name=name, meaning=meaning, is_answer=is_answer, order=number * 10
        )
        for number, (code, name, meaning, is_answer) in rows
    )


class Migration(migrations.Migration):
    dependencies = [("consultations", "0005_topics_and_replies"), ("operations", "0002_guards")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE topic_code", "DROP SEQUENCE topic_code"),
        migrations.RunSQL(WRITTEN_ONCE, WRITTEN_OFTEN),
        migrations.RunPython(add_statuses, migrations.RunPython.noop),
    ]
