"""Notifications name what they quote; the admin site's log holds no words; what is frozen may be struck out, nothing else."""

from django.db import migrations, models

# Whether one value became the other by striking out alone: texts in which the mark stands in place of a part, everything
# else as it was. The words between the marks must be the old ones, in their order.
STRUCK = """
CREATE FUNCTION operations_only_struck(old jsonb, new jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  mark constant text := '●●（個人情報のため）';
  was text := old #>> '{}';
  is_now text := new #>> '{}';
BEGIN
  IF old = new THEN
    RETURN true;
  ELSIF jsonb_typeof(old) IS DISTINCT FROM jsonb_typeof(new) THEN
    RETURN false;
  ELSIF jsonb_typeof(old) = 'string' THEN
    RETURN position(mark IN is_now) > 0
      AND was LIKE replace(replace(replace(replace(is_now, '\\', '\\\\'), '%', '\\%'), '_', '\\_'), mark, '%');
  ELSIF jsonb_typeof(old) = 'array' THEN
    RETURN jsonb_array_length(old) = jsonb_array_length(new) AND (
      SELECT coalesce(bool_and(operations_only_struck(a, b)), true)
      FROM ROWS FROM (jsonb_array_elements(old), jsonb_array_elements(new)) AS pairs (a, b));
  ELSIF jsonb_typeof(old) = 'object' THEN
    RETURN ARRAY(SELECT jsonb_object_keys(old) ORDER BY 1) = ARRAY(SELECT jsonb_object_keys(new) ORDER BY 1) AND (
      SELECT coalesce(bool_and(operations_only_struck(a.value, new -> a.key)), true) FROM jsonb_each(old) AS a);
  END IF;
  RETURN false;
END $$;
CREATE FUNCTION operations_refuse_but_strikes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND operations_only_struck(to_jsonb(OLD), to_jsonb(NEW)) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'rows of % are written once; only parts may be struck out', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
"""
UNSTRUCK = "DROP FUNCTION operations_refuse_but_strikes(); DROP FUNCTION operations_only_struck(jsonb, jsonb);"
# The admin site noted rows by their words: headings of texts, addresses of invited people.
WORDLESS = """
UPDATE django_admin_log SET object_repr = coalesce(object_id, ''),
  change_message = CASE WHEN change_message LIKE '%"object"%' THEN '' ELSE change_message END
"""


class Migration(migrations.Migration):
    dependencies = [("operations", "0003_job"), ("admin", "0003_logentry_add_action_flag_choices")]

    operations = [
        migrations.AddField(
            "notification",
            "quotes_label",
            models.CharField(blank=True, editable=False, max_length=80, verbose_name="引用する文の種類"),
        ),
        migrations.AddField(
            "notification",
            "quotes_id",
            models.BigIntegerField(blank=True, editable=False, null=True, verbose_name="引用する文のID"),
        ),
        migrations.RunSQL(STRUCK, UNSTRUCK),
        migrations.RunSQL(WORDLESS, migrations.RunSQL.noop),
    ]
