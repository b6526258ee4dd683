"""What is searched is folded by the present rule."""

from django.db import migrations

from apps.core.migration_operations import refold_search


class Migration(migrations.Migration):
    dependencies = [("plans", "0012_wordings_and_late_ties")]

    operations = [
        refold_search("plans.SheetLine")
    ]
