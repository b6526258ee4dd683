"""A project may choose one of the site's drawings."""

from django.db import migrations, models

import apps.vision.pictures


class Migration(migrations.Migration):
    dependencies = [("council", "0011_typed_texts")]

    operations = [
        migrations.AddField(
            model_name="project",
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
