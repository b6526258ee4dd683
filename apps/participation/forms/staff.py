"""Forms of the admin site."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.admin_dates import DayField
from apps.core.formfields import CleanTextFormField, ReturnedFormField
from apps.core.generic import ModelForm
from apps.participation.models import CollaborationEntry, ParticipationAct

# What the portal knows of a line; the department adds the rest.
KNOWN = ("title", "kind", "times", "starts_on", "ends_on", "figure", "unit", "is_not_applicable", "how_counted")
SHORT = forms.Textarea(attrs={"rows": 2})


class ActForm(ModelForm[ParticipationAct]):
    """A procedure; the facts of one that the portal filled in are read-only, whatever is sent."""

    kinds: ClassVar[list[tuple[object, str]]] = []  # what its formset offers, read once for all rows

    class Meta:
        model = ParticipationAct
        fields = (*KNOWN, "outcome", "issue")
        widgets = {"outcome": SHORT, "issue": SHORT}
        field_classes = dict.fromkeys(("starts_on", "ends_on"), DayField)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields.get("kind")
        if kind is not None and self.kinds:
            kind.choices = self.kinds
        for name in KNOWN if self.instance.is_linked else ():
            if name in self.fields:
                self.fields[name].disabled = True


class CollaborationForm(ModelForm[CollaborationEntry]):
    """A collaboration."""

    class Meta:
        model = CollaborationEntry
        fields = ("title", "method", "partner", "amount", "is_not_applicable", "result", "issue")
        widgets = {"result": SHORT, "issue": SHORT}


class RemarkForm(forms.Form):
    """Why a return is sent back."""

    remark = CleanTextFormField(label=_("差戻しの理由"), most=1000, widget=forms.Textarea(attrs={"rows": 3}))


class PublicationForm(forms.Form):
    """What a preview has shown, and what a later edition corrects."""

    seen = ReturnedFormField(required=False, max_length=80)
    note = CleanTextFormField(
        label=_("何を直したか"), required=False, most=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("2つ目からの版で書きます。公開されます。"),
    )  # fmt: skip
