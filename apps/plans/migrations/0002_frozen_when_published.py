"""A published sheet and all that belongs to it is written once; a tie joins lines of one sheet.

The part's trigger takes the sheet's row first (FOR SHARE): a line that is being written while the sheet is published
waits for the end of that, and is then refused.
"""

from django.db import migrations

PARTS = ("sheetline", "lineanswer", "evidence", "metricvalue")

FUNCTIONS = """
CREATE FUNCTION plans_refuse_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'published' THEN
    RAISE EXCEPTION 'a published plan sheet is never changed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION plans_refuse_published_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found_state text;
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.sheet_id IS NOT NULL THEN
    SELECT state INTO found_state FROM plans_plansheet WHERE id = OLD.sheet_id FOR SHARE;
    IF found_state = 'published' THEN
      RAISE EXCEPTION 'what belongs to a published plan sheet (%) is never changed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.sheet_id IS NOT NULL THEN
    SELECT state INTO found_state FROM plans_plansheet WHERE id = NEW.sheet_id FOR SHARE;
    IF found_state = 'published' THEN
      RAISE EXCEPTION 'nothing is added to a published plan sheet (%)', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER plansheet_frozen BEFORE UPDATE OR DELETE ON plans_plansheet
  FOR EACH ROW EXECUTE FUNCTION plans_refuse_published();
"""

PART = """
CREATE TRIGGER {part}_frozen BEFORE INSERT OR UPDATE OR DELETE ON plans_{part}
  FOR EACH ROW EXECUTE FUNCTION plans_refuse_published_part();
"""

OF_ONE_SHEET = """
ALTER TABLE plans_sheetline ADD CONSTRAINT line_of_sheet UNIQUE (id, sheet_id);
ALTER TABLE plans_lineanswer ADD CONSTRAINT answer_plan_of_sheet
  FOREIGN KEY (plan_line_id, sheet_id) REFERENCES plans_sheetline (id, sheet_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE plans_lineanswer ADD CONSTRAINT answer_result_of_sheet
  FOREIGN KEY (result_line_id, sheet_id) REFERENCES plans_sheetline (id, sheet_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE plans_metricvalue ADD CONSTRAINT value_line_of_sheet
  FOREIGN KEY (line_id, sheet_id) REFERENCES plans_sheetline (id, sheet_id) DEFERRABLE INITIALLY DEFERRED;
"""

UNDO = (
    "DROP TRIGGER plansheet_frozen ON plans_plansheet;"
    + "".join(f"DROP TRIGGER {part}_frozen ON plans_{part};" for part in PARTS)
    + "DROP FUNCTION plans_refuse_published(); DROP FUNCTION plans_refuse_published_part();"
    "ALTER TABLE plans_metricvalue DROP CONSTRAINT value_line_of_sheet;"
    "ALTER TABLE plans_lineanswer DROP CONSTRAINT answer_result_of_sheet, DROP CONSTRAINT answer_plan_of_sheet;"
    "ALTER TABLE plans_sheetline DROP CONSTRAINT line_of_sheet;"
)


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial"), ("operations", "0002_guards")]

    operations = [
        migrations.RunSQL(FUNCTIONS + "".join(PART.format(part=part) for part in PARTS) + OF_ONE_SHEET, UNDO),
    ]
