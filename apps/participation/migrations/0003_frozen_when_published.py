"""A published report is written once; nobody changes or deletes an edition."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION participation_refuse_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a published report of participation is never changed' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER participationedition_frozen BEFORE UPDATE OR DELETE ON participation_participationedition
  FOR EACH ROW EXECUTE FUNCTION participation_refuse_published();
"""

UNDO = """
DROP TRIGGER participationedition_frozen ON participation_participationedition;
DROP FUNCTION participation_refuse_published();
"""


class Migration(migrations.Migration):
    dependencies = [("participation", "0002_kinds")]

    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
