"""A published version and all that belongs to it is written once; a missing reason may be filled in later, once.

The part's trigger takes the version's row first (FOR SHARE): a section that is being written while the version is published
waits for the end of that, and is then refused.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION documents_refuse_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'published' THEN
    RAISE EXCEPTION 'a published version of a document is never changed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION documents_refuse_published_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE found_state text;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    SELECT state INTO found_state FROM documents_documentversion WHERE id = OLD.version_id FOR SHARE;
    IF found_state = 'published' AND NOT (
      TG_TABLE_NAME = 'documents_change' AND TG_OP = 'UPDATE' AND to_jsonb(OLD) ->> 'reason' = ''
      AND to_jsonb(OLD) - '{reason,origin,explained_at}'::text[] = to_jsonb(NEW) - '{reason,origin,explained_at}'::text[]
    ) THEN
      RAISE EXCEPTION 'what belongs to a published version (%) is never changed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.version_id <> OLD.version_id) THEN
    SELECT state INTO found_state FROM documents_documentversion WHERE id = NEW.version_id FOR SHARE;
    IF found_state = 'published' THEN
      RAISE EXCEPTION 'nothing is added to a published version (%)', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER documentversion_frozen BEFORE UPDATE OR DELETE ON documents_documentversion
  FOR EACH ROW EXECUTE FUNCTION documents_refuse_published();
CREATE TRIGGER section_frozen BEFORE INSERT OR UPDATE OR DELETE ON documents_section
  FOR EACH ROW EXECUTE FUNCTION documents_refuse_published_part();
CREATE TRIGGER change_frozen BEFORE INSERT OR UPDATE OR DELETE ON documents_change
  FOR EACH ROW EXECUTE FUNCTION documents_refuse_published_part();
"""

UNDO = """
DROP TRIGGER documentversion_frozen ON documents_documentversion;
DROP TRIGGER section_frozen ON documents_section;
DROP TRIGGER change_frozen ON documents_change;
DROP FUNCTION documents_refuse_published();
DROP FUNCTION documents_refuse_published_part();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("operations", "0002_guards")]

    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
