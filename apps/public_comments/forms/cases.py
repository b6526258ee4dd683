"""Forms of the admin site: a case, its papers, leaving an opinion out of the count."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from apps.core.admin_dates import DayField
from apps.core.formfields import CleanTextFormField
from apps.core.generic import ModelForm
from apps.core.uploads import checked_pdf
from apps.public_comments.models import Case, CasePaper, Opinion


class CaseForm(ModelForm[Case]):
    """The facts of a case. Its constraints say what contradicts."""

    class Meta:
        model = Case
        fields = (
            "title", "slug", "version", "department", "summary", "eligible", "opens_on", "closes_on", "short_reason",
            "post_rule", "send_to", "places", "result_due_on", "delete_senders_on",
        )  # fmt: skip
        field_classes = dict.fromkeys(("opens_on", "closes_on", "result_due_on", "delete_senders_on"), DayField)


class CasePaperForm(ModelForm[CasePaper]):
    """A related paper; the file is checked by its content, not its name."""

    class Meta:
        model = CasePaper
        fields = ("title", "file", "order")

    def clean_file(self) -> Any:
        """Return the checked PDF."""
        file = self.cleaned_data.get("file")
        return checked_pdf(file) if isinstance(file, UploadedFile) else file


class MoveForm(forms.Form):
    """A later last day, the days that move with it, and why."""

    closes_on = DayField(label=_("新しい最終日"), help_text=_("この日の終わりまで受け付けます。"))
    result_due_on = DayField(label=_("結果を公表する予定日"))
    delete_senders_on = DayField(label=_("氏名と住所を消す日"))
    reason = CleanTextFormField(
        label=_("延ばす理由"), most=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("案件のページの日程に、そのまま公開されます。"),
    )  # fmt: skip


class DaysForm(forms.Form):
    """Other days for the result and for the deletion of the senders, and why."""

    result_due_on = DayField(label=_("結果を公表する予定日"))
    delete_senders_on = DayField(label=_("氏名と住所を消す日"))
    reason = CleanTextFormField(
        label=_("変える理由"), most=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("案件のページの日程に、そのまま公開されます。"),
    )  # fmt: skip


class ExclusionForm(forms.Form):
    """Why an opinion does not count; nothing chosen counts it."""

    reason = forms.ChoiceField(
        label=_("数えない理由"), required=False, choices=[("", _("数える")), *Opinion.Excluded.choices]
    )
