"""The statuses of replies in English; what the portal began with is named, what staff renamed waits for them."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import apps.core.textfields

HELP = "英語のページで表示されます。空欄のときは、日本語のまま表示されます。"
# code, Japanese name, English name, what it means
NAMES = [
    ("received", "受付", "Received", "The city has received it and is deciding which department takes charge."),
    ("reviewing", "検討中", "Under review", "The department in charge is examining it."),
    ("reflected", "反映", "Adopted", "It will be taken up in plans or projects."),
    ("partly", "一部反映", "Partly adopted", "Part of it will be taken up in plans or projects."),
    ("done", "実施済", "Already done", "The city is doing this already."),
    ("difficult", "対応困難", "Difficult to do", "There are reasons why it is difficult to do."),
    ("reference", "参考", "For reference", "The city will keep it in mind for the future."),
]


def name_in_english(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Fill in the English of the statuses that still have their first name."""
    statuses = apps.get_model("consultations", "ReplyStatus").objects
    for code, name, name_en, meaning_en in NAMES:
        statuses.filter(code=code, name=name).update(name_en=name_en, meaning_en=meaning_en)


class Migration(migrations.Migration):

    dependencies = [
        ("consultations", "0030_guest_comments"),
    ]

    operations = [
        migrations.AddField(
            model_name="replystatus",
            name="name_en",
            field=apps.core.textfields.TypedCharField(blank=True, default="", help_text=HELP, max_length=40, verbose_name="状況（英語）"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="replystatus",
            name="meaning_en",
            field=apps.core.textfields.TypedCharField(blank=True, default="", help_text=HELP, max_length=200, verbose_name="市民への説明（英語）"),
            preserve_default=False,
        ),
        migrations.RunPython(name_in_english, migrations.RunPython.noop),
    ]
