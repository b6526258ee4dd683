"""Nicknames are compared from now on; of two persons with one name the earlier keeps it, and nobody keeps the city's."""

from typing import Any

from django.db import migrations, models

from apps.accounts.models.nickname import ALONE, ANYWHERE, key_of

LONGEST = 20
CITY = "ニックネームを「匿名」に戻しました（市や職員と間違われる名前は使えなくなりました）"
TAKEN = "ニックネームを「{name}」に変えました（同じ名前の人がいたため）"


def compare(apps: Any, schema_editor: Any) -> None:
    """Give each name its key; who loses a name is told."""
    people = apps.get_model("accounts", "User").objects
    notices = apps.get_model("operations", "Notification").objects
    departments = [key_of(name) for name in apps.get_model("accounts", "Department").objects.values_list("name", flat=True)]
    posted = set(apps.get_model("accounts", "Posting").objects.values_list("user_id", flat=True))
    taken: set[str] = set()
    for person in people.exclude(nickname="").order_by("created_at", "pk").only("nickname", "is_superuser"):
        name, key, title = person.nickname, key_of(person.nickname), ""
        is_city = any(part in key for part in [*map(key_of, ANYWHERE), *departments]) or key in set(map(key_of, ALONE))
        if is_city and person.pk not in posted and not person.is_superuser:
            name, key, title = "", "", CITY
        number = 2
        while key and key in taken:
            ending = str(number)
            name, number = person.nickname[: LONGEST - len(ending)] + ending, number + 1
            key, title = key_of(name), TAKEN.format(name=name)
        taken.add(key)
        people.filter(pk=person.pk).update(nickname=name, nickname_key=key)
        if title:
            words = {"title": title, "body": "すでに投稿した意見の表示名は変わりません。マイページで変えられます。"}
            notices.create(recipient_id=person.pk, kind="nickname", key="once", address="/me/profile/", **words)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_restriction"), ("operations", "0003_job")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="nickname_key",
            field=models.CharField(blank=True, default="", editable=False, max_length=80),
            preserve_default=False,
        ),
        migrations.RunPython(compare, migrations.RunPython.noop),
    ]
