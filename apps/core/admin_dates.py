"""Date and time fields of the admin site: accept Japanese spellings, and show the 和暦 date beside the input.

The input keeps ISO order (2026-11-25), the only one that the script of Django's calendar reads.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, TypeVar

from django import forms
from django.contrib.admin import widgets
from django.db import models
from django.forms.widgets import Script

from apps.core.date_formats import wareki
from apps.core.formfields import DayFormField
from apps.core.spreadsheet.days import clock, only_day
from apps.core.spreadsheet.parse import CellError

T = TypeVar("T")
FieldOptions = dict["type[models.Field[Any, Any]]", dict[str, object]]  # `formfield_overrides` of an admin class


class DayInput(widgets.AdminDateWidget):
    """Django's date input with its calendar, and the date as 和暦 beside it."""

    class Media:
        js = (Script("js/admin-days.js", type="module"),)

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add `widget.day`: the date in the field as 和暦, empty when it is none."""
        context = super().get_context(name, value, attrs)
        context["widget"]["day"] = wareki(_day_or_none(value))
        return context


class ClockInput(widgets.AdminTimeWidget):
    """Django's time input; seconds are shown only if they are not zero."""

    def format_value(self, value: object) -> str | None:
        """Return a time as 09:00; anything else as Django formats it."""
        return f"{value:%H:%M}" if isinstance(value, time) and not value.second else super().format_value(value)


class MomentInput(widgets.AdminSplitDateTime):
    """A date input and a time input."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        forms.MultiWidget.__init__(self, [DayInput, ClockInput], attrs)


class DayField(DayFormField):
    """A date field that reads 2026-11-25, 2026/11/25, 令和8年11月25日 and R8.11.25."""

    widget = DayInput

    def to_python(self, value: str | datetime | date | None) -> date | None:
        """Return the date; raises ValidationError with the spellings that are read."""
        return _read(only_day, value) if isinstance(value, str) and value.strip() else super().to_python(value)


class ClockField(forms.TimeField):
    """A time field that reads 9:00 and 9時00分."""

    def to_python(self, value: str | time | None) -> time | None:
        """Return the time; raises ValidationError with the spellings that are read."""
        return _read(clock, value) if isinstance(value, str) and value.strip() else super().to_python(value)


class MomentField(forms.SplitDateTimeField):
    """A date and time field in Chofu's time zone."""

    widget = MomentInput

    def __init__(self, **kwargs: Any) -> None:
        forms.MultiValueField.__init__(self, (DayField(), ClockField()), **kwargs)


DAYS: FieldOptions = {
    models.DateField: {"form_class": DayField, "widget": DayInput},
    models.DateTimeField: {"form_class": MomentField, "widget": MomentInput},
}


def _read(reader: Callable[[str], T], written: str) -> T:
    """Return what a reader makes of a text; its CellError becomes a ValidationError with the same sentence."""
    try:
        return reader(written)
    except CellError as error:
        raise forms.ValidationError(error.sentence, code="invalid") from error


def _day_or_none(value: object) -> date | None:
    """Return the date that an input shows: of a stored value, or of a typed text; None for an empty or unreadable one."""
    if isinstance(value, date):
        return value
    if not value:
        return None
    try:
        return only_day(str(value))
    except CellError:
        return None
