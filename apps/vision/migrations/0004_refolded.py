"""What is searched is folded by the present rule."""

from django.db import migrations

from apps.core.migration_operations import refold_search


class Migration(migrations.Migration):
    dependencies = [("vision", "0003_value_imports")]

    operations = [
        refold_search(
            "vision.SourceDocument", "vision.DigitalCase", "vision.Indicator", "vision.PriorityProject", "vision.SurveyRanking"
        )
    ]
