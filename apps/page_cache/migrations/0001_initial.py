from django.db import migrations, models


# Names are qualified and the search path is fixed: the trigger runs with the rights and settings of whoever writes.
FUNCTION = """
CREATE FUNCTION page_cache_change_stamp() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  own smallint := nullif(current_setting('chofu.stamp_slot', true), '')::smallint;
BEGIN
  IF own IS NULL THEN
    -- The first slot that no other open transaction has; it is free again when this one ends.
    FOR candidate IN 1..500 LOOP
      IF pg_try_advisory_xact_lock(7301, candidate) THEN
        own := candidate;
        EXIT;
      END IF;
    END LOOP;
    IF own IS NULL THEN
      own := 1 + pg_backend_pid() % 500;
      PERFORM pg_advisory_xact_lock(7301, own);
    END IF;
    PERFORM set_config('chofu.stamp_slot', own::text, true);
  END IF;
  INSERT INTO page_cache_tablestamp (slot, table_name, value)
  VALUES (own, TG_TABLE_NAME, (random() * 9e18)::bigint)
  ON CONFLICT (slot, table_name) DO UPDATE SET value = excluded.value;
  RETURN NULL;
END
$$;
"""
# Written with every change and read with every page: room for new versions in place, dead ones removed soon.
STORAGE = """
ALTER TABLE page_cache_tablestamp SET (
  fillfactor = 20, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0
);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="TableStamp",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "slot", "table_name", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("slot", models.SmallIntegerField(editable=False)),
                ("table_name", models.TextField(editable=False)),
                ("value", models.BigIntegerField(editable=False)),
            ],
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION page_cache_change_stamp() CASCADE"),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
    ]
