"""Query-string forms of the pages about the city's answers."""

from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department
from apps.consultations.forms.proposals import SORTS
from apps.consultations.models import Consultation, Outcome
from apps.core.date_formats import fiscal_label
from apps.core.formfields import ReturnedFormField
from apps.core.query_forms import QueryForm

LOUD_SORTS = [(key, SORTS[key][0]) for key in ("liked", "new", "commented")]


class TopicOrderForm(QueryForm):
    """The order of the proposals of a topic, and the cursor of the page."""

    defaults = {"sort": "liked"}

    sort = forms.ChoiceField(label=_("並び順"), required=False, choices=LOUD_SORTS)
    cursor = ReturnedFormField(required=False, max_length=400)


class PromiseFilterForm(QueryForm):
    """The filter of 回答予定日: fiscal year, department, outcome, cursor."""

    year = forms.TypedChoiceField(label=_("年度"), required=False, coerce=int, empty_value=None)
    department: "forms.ModelChoiceField[Department]" = forms.ModelChoiceField(
        label=_("担当課"), required=False, queryset=None, to_field_name="code", empty_label=_("すべて")
    )
    outcome = forms.ChoiceField(label=_("結果"), required=False, choices=[("", _("すべて")), *Outcome.choices])
    cursor = ReturnedFormField(required=False, max_length=400)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="promise_%s")
        cast("forms.ChoiceField", self.fields["year"]).choices = [
            ("", _("すべて")),
            *((year, fiscal_label(year)) for year in Consultation.objects.promise_years()),
        ]
        cast("forms.ModelChoiceField[Department]", self.fields["department"]).queryset = Department.objects.all()

    @property
    def outcome_label(self) -> str:
        """Return the label of the chosen outcome; empty for all of them."""
        outcome = self.values["outcome"]
        return str(Outcome(outcome).label) if outcome else ""


class EditionForm(forms.Form):
    """Query string of a result report: the edition."""

    edition = forms.IntegerField(required=False, min_value=1, max_value=32_000)
