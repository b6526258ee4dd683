"""Forms of an agreement: its clauses, the day of signing, the version that is read."""

from datetime import date
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.formfields import CleanTextFormField, DayFormField
from apps.core.uploads import checked_pdf
from apps.council.models.agreement import CLAUSES, Party


class AgreementForm(forms.Form):
    """One field for each clause; what is not agreed yet may stay empty in a draft. `base` is the optimistic lock."""

    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=30_000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for clause in CLAUSES:
            self.fields[clause.key] = CleanTextFormField(
                label=clause.title, most=2000, required=False, help_text=clause.help_text,
                widget=forms.Textarea(attrs={"rows": 4}),
            )  # fmt: skip

    @property
    def clauses(self) -> dict[str, str]:
        """Return what was typed, by the key of each clause."""
        return {clause.key: self.cleaned_data.get(clause.key, "") for clause in CLAUSES}

    def rebase_on(self, version: int) -> None:
        """Make what was typed a change of this version, for the next saving."""
        data: Any = cast("Any", self.data).copy()
        data["base"] = version
        self.data = data


class SignForm(forms.Form):
    """The signature of one party: whose, when, on which paper, and whether the text may be published."""

    party = forms.ChoiceField(
        label=_("署名する団体・課"), error_messages={"required": _("署名する団体・課を選んでください。")}
    )
    signed_on = DayFormField(label=_("署名した日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    file = forms.FileField(
        label=_("署名した文書（PDF）"), required=False, widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        help_text=_("紙に署名したときに添付してください。取組に関わる団体と市の担当者だけが開けます。"),
    )  # fmt: skip
    agrees = forms.BooleanField(
        label=_("協定書の本文を公開することに同意する"), required=False,
        help_text=_("すべての団体・課が同意すると、締結したあとに公開されます。同意しなくても、取組が終了すると公開されます。"),
    )  # fmt: skip

    def __init__(self, *args: Any, parties: list[Party], **kwargs: Any) -> None:
        """Set up the form. parties: those for which the person may still sign."""
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["party"]).choices = [(party.key, party.name) for party in parties]
        self.initial.setdefault("signed_on", timezone.localdate())

    def clean_signed_on(self) -> date:
        """Refuse a day that is still to come."""
        day: date = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("署名した日は今日までの日にしてください。"))
        return day

    def clean_file(self) -> object:
        """Return the PDF, judged by its content, under a random name; None without one."""
        file = self.cleaned_data.get("file")
        return checked_pdf(file) if isinstance(file, UploadedFile) else None


class VersionForm(forms.Form):
    """Query string of an agreement: which version is read."""

    version = forms.IntegerField(required=False, min_value=1, max_value=30_000)
