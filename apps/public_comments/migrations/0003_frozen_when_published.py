"""A published result is written once; nobody changes or deletes an edition."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION public_comments_refuse_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a published result of a public comment is never changed' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER resultedition_frozen BEFORE UPDATE OR DELETE ON public_comments_resultedition
  FOR EACH ROW EXECUTE FUNCTION public_comments_refuse_published();
"""

UNDO = """
DROP TRIGGER resultedition_frozen ON public_comments_resultedition;
DROP FUNCTION public_comments_refuse_published();
"""


class Migration(migrations.Migration):
    dependencies = [("public_comments", "0002_words")]

    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
