"""Shared model fields: e-mail addresses, moments that never lie ahead."""

from typing import Any, TypeVar

from django import forms

from apps.core.formfields import EmailFormField, PortalEmailValidator
from apps.core.generic_fields import DateTimeField, EmailField

SetT = TypeVar("SetT")
GetT = TypeVar("GetT")


class PortalEmailField(EmailField[SetT, GetT]):
    """E-mail column that accepts the addresses of Japanese mobile carriers; its form field normalises the spelling.

    Migrations see Django's EmailField.
    """

    default_validators = [PortalEmailValidator()]

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        """Return an EmailFormField, in the admin site too."""
        return super().formfield(**{"form_class": EmailFormField, **kwargs})

    def deconstruct(self) -> Any:
        """Deconstruct as Django's EmailField."""
        name, _path, arguments, keywords = super().deconstruct()
        return name, "django.db.models.EmailField", arguments, keywords


class PastDateTimeField(DateTimeField[SetT, GetT]):
    """Moment of something that has happened: code sets it to the present moment, or reads it from a record.

    The clock changes no page by it, so nobody looks through a table for one that lies ahead (`page_cache.expiry`).
    Migrations see Django's DateTimeField.
    """

    def deconstruct(self) -> Any:
        """Deconstruct as Django's DateTimeField."""
        name, _path, arguments, keywords = super().deconstruct()
        return name, "django.db.models.DateTimeField", arguments, keywords
