"""A consultation may choose one of the site's drawings."""

from django.db import migrations, models

import apps.vision.pictures


class Migration(migrations.Migration):
    dependencies = [("consultations", "0025_takedown_submit_key")]

    operations = [
        migrations.AddField(
            model_name="consultation",
            name="drawing",
            field=models.CharField(
                blank=True,
                choices=apps.vision.pictures.drawing_choices,
                default="",
                help_text="空欄のときは、視点に合わせた絵になります。",
                max_length=20,
                verbose_name="絵",
            ),
            preserve_default=False,
        ),
    ]
