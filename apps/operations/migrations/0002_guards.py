"""What the database itself holds to: the rights of the portal's role, and an audit trail that is written only once."""

from django.db import migrations

RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'chofu_app') THEN
    GRANT USAGE ON SCHEMA public TO chofu_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO chofu_app;
    GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO chofu_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO chofu_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO chofu_app;
    REVOKE UPDATE, DELETE ON operations_auditentry FROM chofu_app;
    REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM chofu_app;
  END IF;
END $$;
"""

WRITTEN_ONCE = """
CREATE FUNCTION operations_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are written once and never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_written_once BEFORE UPDATE OR DELETE ON operations_auditentry
  FOR EACH ROW EXECUTE FUNCTION operations_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("operations", "0001_initial")]

    operations = [
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(
            WRITTEN_ONCE,
            "DROP TRIGGER audit_written_once ON operations_auditentry; DROP FUNCTION operations_refuse_change();",
        ),
    ]
