"""Days and moments in the forms of the admin site: typed as people write them, and said as residents read them.

The field keeps the order of the calendar beside it (2026-11-25), the only one that Django's script reads.
"""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib.admin import widgets
from django.db import models
from django.forms.widgets import Script

from apps.core.date_formats import wareki
from apps.core.formfields import DayFormField
from apps.core.spreadsheet.days import clock, only_day
from apps.core.spreadsheet.parse import CellError


class DayInput(widgets.AdminDateWidget):
    """Django's field with its calendar; beside it the day in the city's calendar."""

    class Media:
        js = (Script("js/admin-days.js", type="module"),)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """With the day that stands in the field."""
        context = super().get_context(name, value, attrs)
        context["widget"]["day"] = wareki(_day_or_none(value))
        return context


class ClockInput(widgets.AdminTimeWidget):
    """Django's field with its clock; seconds only where there are any."""

    def format_value(self, value: Any) -> str | None:
        """09:00."""
        return f"{value:%H:%M}" if isinstance(value, time) and not value.second else super().format_value(value)


class MomentInput(widgets.AdminSplitDateTime):
    """A day and a time of day."""

    def __init__(self, attrs: Any = None) -> None:
        forms.MultiWidget.__init__(self, [DayInput, ClockInput], attrs)


class DayField(DayFormField):
    """2026-11-25, 2026/11/25, 令和8年11月25日, R8.11.25."""

    widget = DayInput

    def to_python(self, value: Any) -> date | None:
        """The day, or a sentence that says how to write one."""
        return _read(only_day, value) if isinstance(value, str) and value.strip() else super().to_python(value)


class ClockField(forms.TimeField):
    """9:00, 9時00分."""

    def to_python(self, value: Any) -> time | None:
        """The time of day, or a sentence that says how to write one."""
        return _read(clock, value) if isinstance(value, str) and value.strip() else super().to_python(value)


class MomentField(forms.SplitDateTimeField):
    """A day and a time of day, Chofu's clock."""

    widget = MomentInput

    def __init__(self, **kwargs: Any) -> None:
        forms.MultiValueField.__init__(self, (DayField(), ClockField()), **kwargs)


DAYS: dict[type[Any], Any] = {
    models.DateField: {"form_class": DayField, "widget": DayInput},
    models.DateTimeField: {"form_class": MomentField, "widget": MomentInput},
}


def _read(reader: Any, written: str) -> Any:
    try:
        return reader(written)
    except CellError as error:
        raise forms.ValidationError(error.sentence, code="invalid") from error


def _day_or_none(value: Any) -> date | None:
    """What a field holds: a stored day, or one that was typed and is shown again."""
    if isinstance(value, date | datetime) or not value:
        return value or None
    try:
        return only_day(str(value))
    except CellError:
        return None
