"""A word that stands in no text any more is struck out of what was frozen; nothing else of it can change."""

from django.db import migrations

STRIKE = """
DROP TRIGGER snapshot_written_once ON analysis_snapshot;
CREATE TRIGGER snapshot_written_once BEFORE UPDATE OR DELETE ON analysis_snapshot
  FOR EACH ROW EXECUTE FUNCTION operations_refuse_but_strikes();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("analysis", "0006_no_index_twice"),
        ("operations", "0004_quotations_and_strikes"),
    ]

    operations = [
        migrations.RunSQL(STRIKE, STRIKE.replace("refuse_but_strikes", "refuse_change")),
    ]
