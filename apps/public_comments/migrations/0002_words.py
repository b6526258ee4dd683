"""Who may send an opinion, and what may become of it, as cities say it; the secretariat changes the words."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ELIGIBILITIES = [
    ("resident", "市内に住所がある", "", 10),
    ("office", "市内に事務所・事業所がある", "事務所・事業所の名称と所在地", 20),
    ("worker", "市内に勤務している", "勤務先の名称と所在地", 30),
    ("student", "市内の学校に在学している", "学校の名称", 40),
    ("interested", "この案に直接の利害関係がある", "利害関係の内容", 50),
]
VIEW_KINDS = [
    ("adopted", "反映する", "意見を受けて、案を変えます。", True, 10),
    ("included", "既に盛り込み済み", "意見の内容は、すでに案に入っています。", False, 20),
    ("reference", "今後の参考", "案は変えませんが、これからの取組の参考にします。", False, 30),
    ("not-adopted", "反映しない", "案を変えません。理由を市の考え方に書いています。", False, 40),
    ("other", "その他", "感想や質問など、案を変えるかどうかにあたらない意見です。", False, 50),
]


def add_rows(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Add the rows of both tables."""
    eligibility = apps.get_model("public_comments", "Eligibility")
    for code, name, detail_label, order in ELIGIBILITIES:
        eligibility.objects.create(code=code, name=name, detail_label=detail_label, order=order)
    kinds = apps.get_model("public_comments", "ViewKind")
    for code, name, meaning, changes_draft, order in VIEW_KINDS:
        kinds.objects.create(code=code, name=name, meaning=meaning, changes_draft=changes_draft, order=order)


class Migration(migrations.Migration):
    dependencies = [("public_comments", "0001_initial")]

    operations = [migrations.RunPython(add_rows, migrations.RunPython.noop)]
