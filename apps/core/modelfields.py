"""Shared model fields: e-mail addresses."""

from typing import Any, TypeVar

from django import forms

from apps.core.formfields import EmailFormField, PortalEmailValidator
from apps.core.generic_fields import EmailField

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
