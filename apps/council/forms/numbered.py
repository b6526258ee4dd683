"""A form field in which a row is typed by its public number (C25-0142), never by its database id."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.core.code_lookup import parse_number
from apps.core.formfields import NumberFormField


class NumberedFormField(NumberFormField):
    """A row by its number; however wide it is typed and whatever the dash is. Empty for none."""

    def __init__(self, *, rows: QuerySet[Any], **kwargs: Any) -> None:
        """Set up the field. rows: those that may be named; their model names the column in `number_field`."""
        self.rows = rows
        super().__init__(max_length=40, required=False, widget=forms.TextInput(attrs={"size": 14}), **kwargs)

    def prepare_value(self, value: object) -> object:
        """Return the number of a stored row (its key, as a ModelForm hands it over), or what was typed."""
        if isinstance(value, int):
            return self.rows.filter(pk=value).values_list(self._column, flat=True).first() or ""
        return value

    @property
    def _column(self) -> str:
        return str(self.rows.model.number_field)

    def clean(self, value: Any) -> Model | None:
        """Return the row; raises ValidationError for what is no number or names none."""
        typed = super().clean(value)
        if not typed:
            return None
        row: Model | None = self.rows.filter(**{self._column: parse_number(typed)}).first()
        if row is None:
            raise ValidationError(_("この番号のものは見つかりません。ページに書かれている番号を入れてください。"))
        return row

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether another number was typed than the stored one."""
        return str(self.prepare_value(initial) or "") != str(data or "")
