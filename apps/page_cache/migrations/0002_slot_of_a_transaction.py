from django.db import migrations

# The slot is a number of 1 to 500 that no other open transaction has: what is written under it waits for nobody.
SLOT = """
CREATE OR REPLACE FUNCTION page_cache_slot() RETURNS smallint LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  own smallint := nullif(current_setting('chofu.stamp_slot', true), '')::smallint;
BEGIN
  IF own IS NOT NULL THEN
    RETURN own;
  END IF;
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
  RETURN own;
END
$$;
"""
# A trigger may name what it stamps: a part of its table.
STAMP = """
CREATE OR REPLACE FUNCTION page_cache_change_stamp() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO page_cache_tablestamp (slot, table_name, value)
  VALUES (page_cache_slot(), coalesce(TG_ARGV[0], TG_TABLE_NAME), (random() * 9e18)::bigint)
  ON CONFLICT (slot, table_name) DO UPDATE SET value = excluded.value;
  RETURN NULL;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("page_cache", "0001_initial")]
    operations = [
        migrations.RunSQL(SLOT, migrations.RunSQL.noop),
        migrations.RunSQL(STAMP, migrations.RunSQL.noop),
    ]
