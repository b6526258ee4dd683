"""Forms of an agreement: its clauses, the day of signing, the version that is read."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.formfields import CleanTextFormField, DayFormField
from apps.council.models.agreement import CLAUSES


class AgreementForm(forms.Form):
    """One field for each clause; what is not agreed yet may stay empty in a draft."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for clause in CLAUSES:
            self.fields[clause.key] = CleanTextFormField(
                label=clause.title, most=2000, required=False, help_text=clause.help_text,
                widget=forms.Textarea(attrs={"rows": 4}),
            )  # fmt: skip


class SignForm(forms.Form):
    """When both sides signed."""

    signed_on = DayFormField(label=_("締結日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def clean_signed_on(self) -> date:
        """Refuse a day that is still to come."""
        day: date = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("締結日は今日までの日にしてください。"))
        return day


class VersionForm(forms.Form):
    """Query string of an agreement: which version is read."""

    version = forms.IntegerField(required=False, min_value=1, max_value=30_000)
