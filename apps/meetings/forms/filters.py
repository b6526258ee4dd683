"""Query-string forms of the public pages: the list, a month, the members of a day, an edition."""

from datetime import date
from typing import cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.date_formats import fiscal_label
from apps.core.formfields import DayFormField, ReturnedFormField
from apps.core.query_forms import QueryForm
from apps.meetings.models import Meeting, Organ

WHENS = [("coming", _("これからの会議")), ("past", _("これまでの会議"))]
FIRST_YEAR, LAST_YEAR = 1990, 2100  # of the calendar: links lead on for ever, search engines follow them


class MeetingFilterForm(QueryForm):
    """The filter of the list: coming or past, a body, a fiscal year; the cursor."""

    defaults = {"when": "coming", "year": None}

    when = forms.ChoiceField(required=False, choices=WHENS, widget=forms.HiddenInput)
    organ: "forms.ModelChoiceField[Organ]" = forms.ModelChoiceField(
        label=_("会議体"), required=False, queryset=None, to_field_name="slug", empty_label=_("すべて")
    )
    year = forms.TypedChoiceField(label=_("年度"), required=False, coerce=int, empty_value=None)
    cursor = ReturnedFormField(required=False, max_length=400)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="meeting_%s")
        cast("forms.ModelChoiceField[Organ]", self.fields["organ"]).queryset = Organ.objects.public().for_lists()
        years = [(year, fiscal_label(year)) for year in Meeting.objects.public().years()]
        cast("forms.ChoiceField", self.fields["year"]).choices = [("", _("すべて")), *years]

    @property
    def kept(self) -> dict[str, object]:
        """Return the parameters that URLs repeat; the side of today only where it is the past."""
        return {name: value for name, value in super().kept.items() if (name, value) != ("when", "coming")}

    @property
    def is_filtered(self) -> bool:
        """Return whether the list is narrowed."""
        return bool(set(self.kept) - {"when"})


class MonthForm(QueryForm):
    """The month of the calendar, 2026-11; this month without one."""

    month = forms.RegexField(regex=r"^[0-9]{4}-(0[1-9]|1[0-2])$", required=False)

    @property
    def first(self) -> date:
        """Return the first day of the month."""
        typed = self.values["month"]
        year, month = (int(part) for part in typed.split("-")) if typed else (0, 0)
        if FIRST_YEAR <= year <= LAST_YEAR:
            return date(year, month, 1)
        return timezone.localdate().replace(day=1)


class DayForm(QueryForm):
    """The day on which the members of a body are asked for; today without one."""

    on = DayFormField(
        label=_("この日の委員"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    @property
    def day(self) -> date:
        """Return the day."""
        return self.values["on"] or timezone.localdate()


class EditionForm(QueryForm):
    """The edition of minutes; the newest without one."""

    edition = forms.IntegerField(required=False, min_value=1, max_value=32_000)
