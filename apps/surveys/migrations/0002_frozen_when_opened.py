"""After the opening only the words of a question or option may be mended; a published result is written once."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION surveys_refuse_question() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_survey bigint;
BEGIN
  of_survey := CASE WHEN TG_OP = 'INSERT' THEN NEW.survey_id ELSE OLD.survey_id END;
  IF EXISTS (SELECT 1 FROM surveys_survey WHERE id = of_survey AND opened_at IS NOT NULL) THEN
    IF TG_OP <> 'UPDATE' OR (to_jsonb(NEW) - 'text' - 'help') <> (to_jsonb(OLD) - 'text' - 'help') THEN
      RAISE EXCEPTION 'the questions of an opened survey never change' USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION surveys_refuse_option() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_question bigint;
BEGIN
  of_question := CASE WHEN TG_OP = 'INSERT' THEN NEW.question_id ELSE OLD.question_id END;
  IF EXISTS (
    SELECT 1 FROM surveys_survey s JOIN surveys_surveyquestion q ON q.survey_id = s.id
    WHERE q.id = of_question AND s.opened_at IS NOT NULL
  ) THEN
    IF TG_OP <> 'UPDATE' OR (to_jsonb(NEW) - 'text') <> (to_jsonb(OLD) - 'text') THEN
      RAISE EXCEPTION 'the options of an opened survey never change' USING ERRCODE = 'restrict_violation';
    END IF;
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION surveys_refuse_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a published result of a survey never changes' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER question_frozen BEFORE INSERT OR UPDATE OR DELETE ON surveys_surveyquestion
  FOR EACH ROW EXECUTE FUNCTION surveys_refuse_question();
CREATE TRIGGER option_frozen BEFORE INSERT OR UPDATE OR DELETE ON surveys_surveyoption
  FOR EACH ROW EXECUTE FUNCTION surveys_refuse_option();
CREATE TRIGGER result_frozen BEFORE UPDATE OR DELETE ON surveys_surveyresult
  FOR EACH ROW EXECUTE FUNCTION surveys_refuse_published();
"""

UNDO = """
DROP TRIGGER question_frozen ON surveys_surveyquestion;
DROP TRIGGER option_frozen ON surveys_surveyoption;
DROP TRIGGER result_frozen ON surveys_surveyresult;
DROP FUNCTION surveys_refuse_question();
DROP FUNCTION surveys_refuse_option();
DROP FUNCTION surveys_refuse_published();
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS, UNDO)]
