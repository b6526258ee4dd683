"""Django's fields with the type arguments of its stubs: `CharField[str, str]`. Models import it; see also `core.generic`.

For mypy they are Django's own classes; at run time Django's take no type arguments, so these drop them.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models import CharField, DateTimeField, EmailField, Field, TextField, UUIDField
    from django.forms import ModelChoiceField
else:
    from django import forms
    from django.db import models

    class Dropping:
        """A class that drops its type arguments: `Dropping(models.CharField)[str, str]` is `models.CharField`."""

        def __init__(self, kind: type) -> None:
            self.kind = kind

        def __getitem__(self, _arguments: object) -> type:
            return self.kind

    CharField = Dropping(models.CharField)
    DateTimeField = Dropping(models.DateTimeField)
    EmailField = Dropping(models.EmailField)
    Field = Dropping(models.Field)
    ModelChoiceField = Dropping(forms.ModelChoiceField)
    TextField = Dropping(models.TextField)
    UUIDField = Dropping(models.UUIDField)


__all__ = ["CharField", "DateTimeField", "EmailField", "Field", "ModelChoiceField", "TextField", "UUIDField"]
