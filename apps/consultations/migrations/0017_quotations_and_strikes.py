"""Notifications forget the words that they copied; published replies and reports may be struck out, nothing else."""

from django.db import migrations

FORGET = """
UPDATE operations_notification SET body = '', quotes_label = 'consultations.comment', quotes_id = key::bigint
WHERE kind = 'comment' AND key ~ '^[0-9]+$';
UPDATE operations_notification n SET body = '', quotes_label = 'consultations.proposal', quotes_id = p.id
FROM consultations_proposal p WHERE n.kind = 'liked' AND n.key = p.code;
UPDATE operations_notification SET body = '' WHERE kind IN ('comment', 'liked') AND body <> '';
"""
TABLES = {"reply_change": "replychange", "result_report": "resultreport"}
STRIKE = "".join(
    f"DROP TRIGGER {name}_written_once ON consultations_{table};"
    f"CREATE TRIGGER {name}_written_once BEFORE UPDATE OR DELETE ON consultations_{table}"
    f" FOR EACH ROW EXECUTE FUNCTION operations_refuse_but_strikes();"
    for name, table in TABLES.items()
)


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0016_assignment_sent_back"),
        ("operations", "0004_quotations_and_strikes"),
    ]

    operations = [
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.RunSQL(STRIKE, STRIKE.replace("refuse_but_strikes", "refuse_change")),
    ]
