"""Delete orphaned files: stored files that no row refers to any more (of deleted drafts, attachments, logos).

Deleting a row leaves its file, because a transaction can be rolled back and a deleted file cannot; this finds what was
left, a day later.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models
from django.db.models.functions import Cast
from django.utils import timezone

logger = logging.getLogger(__name__)

# A form may still be writing the row of a younger file.
YOUNG = timedelta(days=1)
# All of them, or so many at once, are no left-overs but a sign that this is not the database the files belong to.
FEW, SHARE = 20, 10


def forget_strays() -> int:
    """Delete orphaned files. Return how many; 0, with an error in the log, when they are suspiciously many."""
    stored = list(old_files())
    named = names_in_columns()
    strays = [name for name in stored if name not in named and not is_named_in_json(name)]
    if not strays:
        return 0
    if len(strays) == len(stored) or len(strays) > max(FEW, len(stored) // SHARE):
        logger.error("%d of %d stored files belong to no row: is this their database? None removed.",
                     len(strays), len(stored))  # fmt: skip
        return 0
    for name in strays:
        default_storage.delete(name)
    return len(strays)


def old_files(folder: str = "") -> Iterator[str]:
    """Yield the names of files older than YOUNG."""
    if not default_storage.exists(folder):
        return
    folders, files = default_storage.listdir(folder)
    for file in files:
        name = f"{folder}/{file}" if folder else file
        if timezone.now() - default_storage.get_modified_time(name) > YOUNG:
            yield name
    for inner in folders:
        yield from old_files(f"{folder}/{inner}" if folder else inner)


def columns(kind: "type[models.Field[Any, Any]]") -> Iterator[tuple[type[models.Model], str]]:
    """Yield (model, column) for every field of a class, in all apps."""
    for model in apps.get_models():
        yield from ((model, field.name) for field in model._meta.concrete_fields if isinstance(field, kind))


def names_in_columns() -> set[str]:
    """Return the names of files in all file columns."""
    found: set[str] = set()
    for model, name in columns(models.FileField):
        found |= set(model._base_manager.exclude(**{name: ""}).values_list(name, flat=True))
    return found


def is_named_in_json(file: str) -> bool:
    """Return whether any JSON column contains the name: a logo of a waiting or former revision."""
    return any(
        model._base_manager.annotate(as_text=Cast(name, models.TextField())).filter(as_text__contains=file).exists()
        for model, name in columns(models.JSONField)
    )
