"""Forms of a comparison with a former survey: which survey, then question by question."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.formfields import OneLineFormField
from apps.core.generic import ModelChoiceField
from apps.core.query_forms import QueryForm
from apps.surveys.models import Comparison, Survey
from apps.surveys.services.comparison import suggestions


class FormerForm(QueryForm):
    """Query string: the former survey."""

    former = ModelChoiceField[Survey](
        label=gettext_lazy("前回のアンケート"), queryset=Survey.objects.none(), required=False
    )

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["former"].queryset = Survey.objects.comparable_with(survey)  # type: ignore[attr-defined]


class PairsForm(forms.Form):
    """For each question the former one, or none, and what differs."""

    def __init__(self, *args: Any, survey: Survey, former: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Comparison.objects.filter(question__survey=survey, former__survey=former).select_related(
            "question", "former"
        )
        chosen = {row.question.number: (row.former.number, row.note) for row in rows}
        self.numbers = []
        for question, offered, same in suggestions(survey, former):
            number = question.number
            first, note = chosen.get(number, ("" if chosen or same is None else same.number, ""))
            choices = [("", _("比べない")), *((other.number, str(other)) for other in offered)]
            self.fields[f"q{number}"] = forms.TypedChoiceField(
                label=str(question), choices=choices, required=False, coerce=int, empty_value=None, initial=first
            )
            self.fields[f"note{number}"] = OneLineFormField(
                label=_("問%(number)dの、前回との違い") % {"number": number}, most=200, required=False, initial=note,
                help_text=_("例：前回は「どちらともいえない」がなかった。結果に出ます。"),
            )  # fmt: skip
            self.numbers.append(number)

    @property
    def pairs(self) -> dict[int, tuple[int, str]]:
        """Return what was chosen, by the number of the question."""
        data = self.cleaned_data
        return {number: (data[f"q{number}"], data[f"note{number}"]) for number in self.numbers if data[f"q{number}"]}
