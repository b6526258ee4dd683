"""What is searched is folded by the present rule."""

from django.db import migrations

from apps.core.migration_operations import refold_search


class Migration(migrations.Migration):
    dependencies = [("council", "0008_submissions_by_content")]

    operations = [
        refold_search("council.Organization", "council.Project", "council.ProjectUpdate", "council.Challenge", "council.Offer")
    ]
