"""What is left of a text without its form, to find copies of it."""

import apps.consultations.models.copies
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0032_theme_photo'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='proposal',
            name='copy_key',
            field=models.GeneratedField(db_persist=True, expression=apps.consultations.models.copies.CopyKey('search_text'), output_field=models.CharField(max_length=32, null=True)),
        ),
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(condition=models.Q(('copy_key__isnull', False)), fields=['consultation', 'copy_key'], name='proposal_copies'),
        ),
    ]
