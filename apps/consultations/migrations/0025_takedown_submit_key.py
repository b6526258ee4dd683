import uuid
from typing import Any

from django.db import migrations, models


def give_keys(apps: Any, editor: Any) -> None:
    """Give a random key to each request that was made before there were keys."""
    requests = apps.get_model("consultations", "TakedownRequest").objects
    for request in requests.filter(submit_key=None).iterator():
        request.submit_key = uuid.uuid4()
        request.save(update_fields=["submit_key"])


class Migration(migrations.Migration):
    dependencies = [("consultations", "0024_answer_drafts_wordings_and_words_in_two_steps")]

    operations = [
        migrations.AddField("takedownrequest", "submit_key", models.UUIDField(editable=False, null=True)),
        migrations.RunPython(give_keys, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            "takedownrequest", "submit_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
        ),
    ]
