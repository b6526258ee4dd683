"""What was changed after a notice, and published minutes, are written once."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION meetings_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was made public of a meeting is never changed' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER noticechange_frozen BEFORE UPDATE OR DELETE ON meetings_noticechange
  FOR EACH ROW EXECUTE FUNCTION meetings_refuse_change();
CREATE TRIGGER minutes_frozen BEFORE UPDATE OR DELETE ON meetings_minutes
  FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION meetings_refuse_change();
"""

UNDO = """
DROP TRIGGER minutes_frozen ON meetings_minutes;
DROP TRIGGER noticechange_frozen ON meetings_noticechange;
DROP FUNCTION meetings_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
