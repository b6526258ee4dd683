"""Kinds of procedures as cities name them; the secretariat changes the words."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

KINDS = [
    ("public-comment", "パブリック・コメント手続", "条例によるもの", 10),
    ("council", "審議会等の会議", "附属機関と、それに準ずる会議", 20),
    ("consultation", "意見募集（テーマ）", "このサイトなどで意見を募ったもの", 30),
    ("briefing", "説明会・意見交換会", "", 40),
    ("workshop", "ワークショップ", "", 50),
    ("survey", "アンケート", "", 60),
    ("other", "その他の市民参加手続", "どれにもあたらないもの", 90),
]


def add_rows(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Add the rows."""
    kinds = apps.get_model("participation", "ProcedureKind")
    for code, name, meaning, order in KINDS:
        kinds.objects.create(code=code, name=name, meaning=meaning, order=order)


class Migration(migrations.Migration):
    dependencies = [("participation", "0001_initial")]

    operations = [migrations.RunPython(add_rows, migrations.RunPython.noop)]
