from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0007_question_wordings'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(condition=Q(('state', 'published')), fields=['consultation', 'channel'], name='proposal_channel'),
        ),
    ]
