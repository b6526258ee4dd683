"""Database triggers against writes of a user who has left (soft delete): they hold against concurrent requests.

`leave` locks the user's row before it deletes anything. An insert that refers to a user waits for that lock in the
triggers below (and leaving waits for inserts that were first), then finds the user gone and is refused. The triggers are
created after each migration for every foreign key to a user, so that no table can be forgotten.
"""

from django.db import connections
from django.db.utils import DatabaseError
from django.utils.translation import gettext_lazy as _

SQLSTATE = "CH001"  # a class of our own: no code takes it for a duplicate or a missing row
SENTENCE = _("退会の手続が終わったアカウントのため、保存されませんでした。")

FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION accounts_refuse_leaver() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  person bigint;
  left_at timestamptz;
BEGIN
  EXECUTE format('SELECT ($1).%I', TG_ARGV[0]) INTO person USING NEW;
  SELECT erased_at INTO left_at FROM accounts_user WHERE id = person FOR KEY SHARE;
  IF left_at IS NOT NULL THEN
    RAISE EXCEPTION 'person % has left; %.% names nobody any more', person, TG_TABLE_NAME, TG_ARGV[0]
      USING ERRCODE = '{SQLSTATE}';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION accounts_keep_tombstone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'person % has left; nothing is written into the empty row', OLD.id USING ERRCODE = '{SQLSTATE}';
END $$;
"""  # noqa: S608 (no value of anybody's: a constant of this file)

# For each foreign key to a person: on insert, and whenever a row names another person.
TRIGGERS = """
DO $do$
DECLARE
  link record;
BEGIN
  FOR link IN
    SELECT c.conrelid::regclass AS tab, a.attname AS col
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.confrelid = 'accounts_user'::regclass
  LOOP
    CONTINUE WHEN EXISTS (
      SELECT 1 FROM pg_trigger WHERE tgrelid = link.tab AND tgname = left(link.col || '_may_write', 63)
    );
    EXECUTE format(
      'CREATE TRIGGER %I BEFORE INSERT ON %s FOR EACH ROW WHEN (NEW.%I IS NOT NULL)'
      ' EXECUTE FUNCTION accounts_refuse_leaver(%L)', link.col || '_may_write', link.tab, link.col, link.col);
    EXECUTE format(
      'CREATE TRIGGER %I BEFORE UPDATE OF %I ON %s FOR EACH ROW'
      ' WHEN (NEW.%I IS NOT NULL AND NEW.%I IS DISTINCT FROM OLD.%I)'
      ' EXECUTE FUNCTION accounts_refuse_leaver(%L)',
      link.col || '_may_write_later', link.col, link.tab, link.col, link.col, link.col, link.col);
  END LOOP;
  IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = 'accounts_user'::regclass AND tgname = 'tombstone_stays') THEN
    CREATE TRIGGER tombstone_stays BEFORE UPDATE ON accounts_user FOR EACH ROW WHEN (OLD.erased_at IS NOT NULL)
      EXECUTE FUNCTION accounts_keep_tombstone();
  END IF;
END $do$;
"""


def guard_leavers(*, using: str = "default", **_signal: object) -> None:
    """Create the functions and missing triggers (idempotent); receiver of post_migrate."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regclass('accounts_user') IS NOT NULL")
        if cursor.fetchone() == (True,):
            cursor.execute(FUNCTIONS)
            cursor.execute(TRIGGERS)


def is_by_leaver(error: BaseException | None) -> bool:
    """Return whether an error is the refusal of these triggers."""
    return isinstance(error, DatabaseError) and getattr(error.__cause__, "sqlstate", "") == SQLSTATE
