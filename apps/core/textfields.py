"""Model fields of typed texts: cleaned and counted as in forms, with a CHECK constraint against unusable characters.

`core.text` decides what a typed text may contain. A column has room for four code points for each character.
"""

from typing import Any, Self, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import BaseValidator, MaxLengthValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.deconstruct import deconstructible

from apps.core import text
from apps.core.form_errors import unwanted_message
from apps.core.formfields import CleanTextFormField, OneLineFormField
from apps.core.generic_fields import CharField, Field, TextField

# PostgreSQL's side of core.text.UNWANTED (surrogates and NUL it cannot hold at all).
UNWANTED = (
    r"[\u0001-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFDD0-\uFDEF\uFFFE\uFFFF"
    + "".join(f"\\U{plane:04X}FFFE\\U{plane:04X}FFFF" for plane in range(1, 17))
    + "]"
)

SetT = TypeVar("SetT")
GetT = TypeVar("GetT")


@deconstructible
class SeenLengthValidator(BaseValidator):
    """Validate a maximum number of characters, counted in grapheme clusters."""

    message = MaxLengthValidator.message
    code = "max_length"

    def compare(self, a: int, b: int) -> bool:
        """Return whether there are too many."""
        return a > b

    def clean(self, x: str) -> int:
        """Return the number of characters."""
        return text.count_characters(x)


class TypedField(Field[SetT, GetT]):
    """Base of the typed model fields."""

    form_field: type[CleanTextFormField] = CleanTextFormField

    def __class_getitem__(cls, _arguments: object) -> type[Self]:
        """Return the class itself: type arguments are read by the type checker only."""
        return cls

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = [one for one in self.validators if not isinstance(one, MaxLengthValidator)]
        if self.max_length:
            kept += [SeenLengthValidator(self.max_length), MaxLengthValidator(self.max_length * text.CODE_POINTS_EACH)]
        self.validators = kept

    def to_python(self, value: object) -> object:
        """Return the cleaned text; raises ValidationError, with the place, for an unusable character."""
        value = super().to_python(value)
        if not isinstance(value, str):
            return value
        try:
            return self.cleaned(value)
        except text.UnwantedCharacter as error:
            raise ValidationError(unwanted_message(error.place), code="unwanted") from error

    def get_prep_value(self, value: object) -> object:
        """Return the value for the database uncleaned: a lookup may contain anything."""
        value = models.Field.get_prep_value(self, value)
        return value if value is None or isinstance(value, str) else str(value)

    def cleaned(self, typed: str) -> str:
        """Return the text as it is stored."""
        return text.clean(typed)

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        """Return a form field that cleans in the same way, in the admin site too."""
        typed = {"form_class": self.form_field, "most": self.max_length, **({"empty_value": None} if self.null else {})}
        return models.Field.formfield(self, **{**typed, **kwargs})

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        """Return the condition of the CHECK constraint."""
        return f"{connection.ops.quote_name(str(self.column))} !~ '{UNWANTED}'"


class TypedCharField(TypedField[SetT, GetT], CharField[SetT, GetT]):
    """A typed text of one line; `max_length` counts grapheme clusters."""

    form_field = OneLineFormField

    def cleaned(self, typed: str) -> str:
        """Return the text as it is stored."""
        return text.clean_line(typed)

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return a varchar with CODE_POINTS_EACH code points for each character."""
        return f"varchar({(self.max_length or 0) * text.CODE_POINTS_EACH})"

    def cast_db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the same type for casts."""
        return self.db_type(connection)


class TypedTextField(TypedField[SetT, GetT], TextField[SetT, GetT]):
    """A typed text of any number of lines."""

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        """Return the form field with a textarea."""
        return super().formfield(**{"widget": forms.Textarea, **kwargs})
