"""What the city answered stands: the database refuses to change it. Answers given so far are their first wordings."""

from django.db import migrations

WRITTEN_ONCE = """
CREATE TRIGGER answer_change_written_once BEFORE UPDATE OR DELETE ON consultations_answerchange
  FOR EACH ROW EXECUTE FUNCTION operations_refuse_change();
"""
WRITTEN_OFTEN = "DROP TRIGGER answer_change_written_once ON consultations_answerchange"
GIVEN = """
INSERT INTO consultations_answerchange (consultation_id, is_first, department_name, body, published_at)
SELECT c.id, true, d.name, c.answer, c.answered_at
FROM consultations_consultation c JOIN accounts_department d ON d.id = c.department_id
WHERE c.answered_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_restriction"),
        ("consultations", "0012_answer_changes_and_draft_versions"),
        ("operations", "0002_guards"),
    ]

    operations = [
        migrations.RunSQL(WRITTEN_ONCE, WRITTEN_OFTEN),
        migrations.RunSQL(GIVEN, migrations.RunSQL.noop),
    ]
