"""Projects get a number that can be printed and typed (P26-0003), from a sequence of their own; existing ones by age."""

from django.db import migrations, models

# Fiscal years begin on 1 April in Japan.
NUMBER = """
UPDATE council_project SET code = numbered.code FROM (
    SELECT id, 'P' || to_char((created_at AT TIME ZONE 'Asia/Tokyo') - interval '3 months', 'YY') || '-'
        || lpad(nextval('project_code')::text, 4, '0') AS code
    FROM (SELECT id, created_at FROM council_project ORDER BY id) AS oldest_first
) AS numbered
WHERE numbered.id = council_project.id
"""


class Migration(migrations.Migration):
    dependencies = [("council", "0006_pictures_wait")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE project_code", "DROP SEQUENCE project_code"),
        migrations.AddField(
            model_name="project",
            name="code",
            field=models.CharField(default="", editable=False, max_length=12, verbose_name="番号"),
            preserve_default=False,
        ),
        migrations.RunSQL(NUMBER, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="project",
            name="code",
            field=models.CharField(editable=False, max_length=12, unique=True, verbose_name="番号"),
        ),
    ]
