"""Who confirmed which stage, and what was opened again, is written once with the sheet it belongs to."""

from django.db import migrations

PARTS = ("stagerecord", "reopening")

PART = """
CREATE TRIGGER {part}_frozen BEFORE INSERT OR UPDATE OR DELETE ON plans_{part}
  FOR EACH ROW EXECUTE FUNCTION plans_refuse_published_part();
"""


class Migration(migrations.Migration):
    dependencies = [("plans", "0008_figures_outlive_lines")]

    operations = [
        migrations.RunSQL(
            "".join(PART.format(part=part) for part in PARTS),
            "".join(f"DROP TRIGGER {part}_frozen ON plans_{part};" for part in PARTS),
        ),
    ]
