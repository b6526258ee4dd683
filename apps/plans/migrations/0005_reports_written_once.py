"""A published report and every file of a report are written once."""

from django.db import migrations

ONCE = """
CREATE FUNCTION plans_refuse_published_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.published_at IS NOT NULL THEN
    RAISE EXCEPTION 'a published report is never changed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER report_frozen BEFORE UPDATE OR DELETE ON plans_report
  FOR EACH ROW EXECUTE FUNCTION plans_refuse_published_report();
CREATE TRIGGER reportfile_written_once BEFORE UPDATE OR DELETE ON plans_reportfile
  FOR EACH ROW EXECUTE FUNCTION operations_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("plans", "0004_reports"), ("operations", "0002_guards")]

    operations = [
        migrations.RunSQL(
            ONCE,
            "DROP TRIGGER reportfile_written_once ON plans_reportfile; DROP TRIGGER report_frozen ON plans_report;"
            "DROP FUNCTION plans_refuse_published_report();",
        ),
    ]
