import uuid

from django.db import migrations, models

KEY = models.UUIDField(default=uuid.uuid4, editable=False)


class Migration(migrations.Migration):
    dependencies = [("council", "0007_numbers_of_projects")]

    operations = [
        migrations.AlterField("challenge", "submit_key", KEY.clone()),
        migrations.AlterField("offer", "submit_key", KEY.clone()),
        migrations.AddField("projectupdate", "submit_key", models.UUIDField(null=True)),
        migrations.RunSQL("UPDATE council_projectupdate SET submit_key = gen_random_uuid()", migrations.RunSQL.noop),
        migrations.AlterField("projectupdate", "submit_key", KEY.clone()),
        migrations.AddConstraint(
            "projectupdate",
            models.UniqueConstraint(fields=["written_by", "submit_key"], name="project_update_once"),
        ),
    ]
