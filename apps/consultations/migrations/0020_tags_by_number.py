"""A tag is known by its folded name. Two spellings of one tag become one, a tag of signs alone goes, and one that holds
「、」 (the admin site did not part names) becomes those that were meant."""

from typing import Any

from django.db import migrations, models

from apps.core.text import UnwantedCharacter, split_tags, tag_key

REFERRING = """
SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f' AND c.confrelid = 'consultations_tag'::regclass
"""
HANG = """
INSERT INTO {table} (tag_id, content_object_id)
SELECT %s, had.content_object_id FROM {table} had WHERE had.tag_id = %s
  AND NOT EXISTS (SELECT FROM {table} has WHERE has.tag_id = %s AND has.content_object_id = had.content_object_id)
"""


def names_in(name: str) -> list[str]:
    """The tags that a kept name is."""
    try:
        return split_tags(name)
    except UnwantedCharacter:
        return []


def mend(apps: Any, editor: Any) -> None:
    """Give every tag its key; approved and older ones keep theirs."""
    tags = apps.get_model("consultations", "Tag")
    with editor.connection.cursor() as cursor:
        cursor.execute(REFERRING)
        tables = [table for table, _column in cursor.fetchall()]
        kept: dict[str, Any] = {}
        rows = list(tags.objects.order_by("-is_approved", "pk"))
        for row in rows:
            names = names_in(row.name)
            if len(names) == 1 and tag_key(names[0]) not in kept:
                kept[tag_key(names[0])] = row
                row.key = tag_key(names[0])
                row.save(update_fields=["key"])
        for row in rows:
            if row.key:
                continue
            for name in names_in(row.name):
                key = tag_key(name)
                if key not in kept and len(name) <= 20:
                    kept[key] = tags.objects.create(name=name, slug=f"-{row.pk}-{key}"[:100], key=key)
                if key in kept:
                    kept[key].is_approved = kept[key].is_approved or row.is_approved
                    kept[key].save(update_fields=["is_approved"])
                    for table in tables:
                        cursor.execute(HANG.format(table=table), [kept[key].pk, row.pk, kept[key].pk])
            for table in tables:
                cursor.execute(f"DELETE FROM {table} WHERE tag_id = %s", [row.pk])  # noqa: S608 - names of the catalogue
            cursor.execute("DELETE FROM consultations_tag WHERE id = %s", [row.pk])
        cursor.execute("UPDATE consultations_tag SET slug = '-' || id")  # no number meets a name that is one
        cursor.execute("UPDATE consultations_tag SET slug = id::text")


class Migration(migrations.Migration):
    dependencies = [("consultations", "0019_revision_time")]

    operations = [
        migrations.AddField(
            model_name="tag",
            name="key",
            field=models.CharField(default="", editable=False, max_length=80),
            preserve_default=False,
        ),
        migrations.RunPython(mend, migrations.RunPython.noop, elidable=True),
    ]
