"""Idempotent submissions: one press of a button twice makes one row, other words under the same key are another row.

A form carries a random key. What is stored is that key together with everything that the person typed and chose: the
same key with the same content is a repeat, and the unique constraint of the row says so; whoever goes back and writes
something else has written something new.
"""

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.core.files.base import File
from django.db import models
from django.utils.translation import gettext_lazy

from apps.core.generic_fields import UUIDField

SetT = TypeVar("SetT")
GetT = TypeVar("GetT")


class ContentKey(uuid.UUID):
    """The stored key of a submission. Only `content_key` makes it of what was sent, `new_content_key` of nothing."""


def content_key(submit_key: uuid.UUID, **content: object) -> ContentKey:
    """Return the idempotency key under which a submission is stored (UUID 5 of the submit key and the content).

    submit_key: of the form, as it came from the browser; content: everything the person typed or chose, whose it is,
    and what it is about.
    """
    plain = json.dumps(content, default=_plain, sort_keys=True, ensure_ascii=False)
    return ContentKey(int=uuid.uuid5(submit_key, plain).int)


def new_content_key() -> ContentKey:
    """Return a random key, for a row that no form created."""
    return ContentKey(int=uuid.uuid4().int)


def _plain(value: object) -> object:
    """Return a value as JSON for comparison; raises TypeError for a type without such a form."""
    if isinstance(value, models.Model):
        return [value._meta.label, value.pk]
    if isinstance(value, models.QuerySet):
        return sorted(value.values_list("pk", flat=True))
    if isinstance(value, File):
        return digest_of(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date | uuid.UUID | Decimal):
        return str(value)
    raise TypeError(f"a submission cannot be told apart by {type(value).__name__}")


def digest_of(file: "File[bytes]") -> str:
    """Return the SHA-256 of a file's content; the file is rewound."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


class SubmitKeyMixin(forms.Form):
    """Add the submit key to a form: drawn hidden, new with each page that is opened."""

    submit_key = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"invalid": gettext_lazy("画面を開き直してください。")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("submit_key", uuid.uuid4())


class SubmitKeyField(UUIDField[SetT, GetT]):
    """Column of an idempotency key. It refuses a key as the browser sent it, which would stand for any content."""

    def __init__(
        self, *args: Any, default: Callable[[], ContentKey] = new_content_key, editable: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, default=default, editable=editable, **kwargs)

    def deconstruct(self) -> Any:
        """Deconstruct as Django's UUIDField."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.UUIDField", args, {**kwargs, "default": uuid.uuid4}

    def pre_save(self, model_instance: models.Model, add: bool) -> object:
        """Return the key; raises TypeError for a new row whose key was not made by `content_key`."""
        value = super().pre_save(model_instance, add)
        if add and not isinstance(value, ContentKey):
            raise TypeError(f"{model_instance._meta.label}.{self.attname} needs a key made by content_key()")
        return uuid.UUID(int=value.int) if isinstance(value, uuid.UUID) else value
