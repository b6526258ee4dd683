"""Columns that several apps share."""

from typing import Any

from django.db import models

from apps.core.formfields import EmailFormField, PortalEmailValidator


class PortalEmailField(models.EmailField):
    """A column of e-mail addresses: takes what telephone companies gave out, and its form field knows every spelling.

    For the database, and so for migrations, it is Django's own.
    """

    default_validators = [PortalEmailValidator()]

    def formfield(self, **kwargs: Any) -> Any:
        """The field of forms, the admin site's included."""
        return super().formfield(**{"form_class": EmailFormField, **kwargs})

    def deconstruct(self) -> Any:
        """As migrations know it."""
        name, _path, arguments, keywords = super().deconstruct()
        return name, "django.db.models.EmailField", arguments, keywords
