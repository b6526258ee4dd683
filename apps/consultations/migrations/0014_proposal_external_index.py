from django.db import migrations, models


class Migration(migrations.Migration):
    """Numbers of files are looked up 500 at a time, among all that ever came in."""

    dependencies = [("consultations", "0013_answer_guards")]

    operations = [
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                fields=["external_id"], name="proposal_external", condition=models.Q(("external_id", ""), _negated=True)
            ),
        ),
    ]
