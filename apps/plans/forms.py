"""What stands in the addresses of the plans' pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.plans.models import PlanSheet

FIRST_YEAR, LAST_YEAR = 2000, 2100


class TreeFilterForm(forms.Form):
    """The sheets of a year by words, department and grade. What cannot be read is left out, never an error."""

    shows_need = False

    q = forms.CharField(label=_("ことば"), required=False, max_length=100)
    department = forms.ChoiceField(label=_("担当課"), required=False)
    grade = forms.ChoiceField(label=_("年次評価"), required=False)

    def __init__(self, *args: Any, sheets: list[PlanSheet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict.fromkeys(name for sheet in sheets for name in sheet.facts["departments"])
        grades = sorted({sheet.facts["grade"]["code"]: sheet.facts["grade"]["words"] for sheet in sheets}.items())
        every = [("", _("すべて"))]
        self.fields["department"] = forms.ChoiceField(
            label=_("担当課"), required=False, choices=[*every, *((name, name) for name in names)]
        )
        self.fields["grade"] = forms.ChoiceField(
            label=_("年次評価"),
            required=False,
            choices=[*every, *((code, f"{code}（{words}）") for code, words in grades)],
        )

    def values(self) -> dict[str, str]:
        """What was chosen, empty where nothing readable was."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("q", "department", "grade")}


class EditionForm(forms.Form):
    """`?edition=n`: an earlier edition; anything else means the last."""

    edition = forms.IntegerField(required=False, min_value=1, max_value=9999)

    def number(self) -> int | None:
        """The edition asked for."""
        self.is_valid()
        return self.cleaned_data.get("edition")
