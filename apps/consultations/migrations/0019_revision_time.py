"""When a wording was replaced is written by the portal's clock, as every other moment is."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consultations", "0018_import_keys_and_former_wordings")]

    operations = [
        migrations.AlterField(
            model_name="proposalrevision",
            name="replaced_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="編集日時"),
        ),
    ]
