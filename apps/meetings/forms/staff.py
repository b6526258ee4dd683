"""Forms of the admin site: a meeting with its agenda, papers and pages talked about; calling it off; minutes."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from apps.core.admin_dates import DayField, MomentField
from apps.core.formfields import CleanTextFormField, OneLineFormField
from apps.core.generic import ModelForm
from apps.core.uploads import checked_pdf
from apps.meetings.models import AgendaItem, Composition, Meeting, MeetingPaper, Subject
from apps.meetings.services.subjects import is_public, read_url, url_of


def next_number(organ_id: int) -> int:
    """Return the number after the last one of a body's meetings."""
    last = Meeting.objects.filter(organ=organ_id).aggregate(n=Max("number"))["n"] or 0
    return int(last) + 1


class CompositionForm(ModelForm[Composition]):
    """Counts of the members of a body on a day."""

    class Meta:
        model = Composition
        fields = ("counted_on", "members", "women", "public_call", "women_aim", "public_call_aim", "aim_source")
        field_classes = {"counted_on": DayField}

    def clean(self) -> dict[str, Any]:
        """Refuse a second row of one day."""
        cleaned = super().clean() or {}
        day, same = cleaned.get("counted_on"), Composition.objects.filter(organ=self.instance.organ_id)
        if day and same.filter(counted_on=day).exclude(pk=self.instance.pk).exists():
            self.add_error("counted_on", _("同じ日の構成が、すでにあります。"))
        return cleaned


class MeetingForm(ModelForm[Meeting]):
    """The facts of a meeting. A new one without number gets the next of its body."""

    number = forms.IntegerField(
        label=_("通し番号"), required=False, min_value=1, max_value=99_999,
        help_text=_("会議体の中で重ならない番号。アドレスになります。空のときは、次の番号が入ります。"),
    )  # fmt: skip
    online_url = forms.URLField(
        label=_("オンライン傍聴のアドレス"), required=False, max_length=200, assume_scheme="https"
    )
    change_reason = CleanTextFormField(
        label=_("変更の理由"), required=False, most=400, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("公告した日時、会場、傍聴、議題を変えるときに書きます。変更の前後とともに公開されます。"),
    )  # fmt: skip

    class Meta:
        model = Meeting
        fields = (
            "organ", "number", "name", "starts_at", "ends_at", "form", "place", "online_url", "capacity", "attend_how",
            "listeners", "late_reason",
        )  # fmt: skip
        field_classes = dict.fromkeys(("starts_at", "ends_at"), MomentField)

    def clean(self) -> dict[str, Any]:
        """Fill in the number of a new meeting."""
        data = super().clean() or self.cleaned_data
        organ = data.get("organ")
        if "number" in self.fields and data.get("number") is None and "number" not in self.errors and organ:
            data["number"] = next_number(organ.pk)
        return data


class AgendaItemForm(ModelForm[AgendaItem]):
    """An item of the agenda."""

    class Meta:
        model = AgendaItem
        fields = ("number", "title", "is_closed", "clause", "reason", "outcome")
        widgets = {"outcome": forms.Textarea(attrs={"rows": 2})}


class MeetingPaperForm(ModelForm[MeetingPaper]):
    """A paper; the file is checked by its content, not its name."""

    class Meta:
        model = MeetingPaper
        fields = ("number", "title", "file")

    def clean_file(self) -> Any:
        """Return the checked PDF."""
        file = self.cleaned_data.get("file")
        return checked_pdf(file) if isinstance(file, UploadedFile) else file


class SubjectForm(ModelForm[Subject]):
    """A page that was talked about, by its URL as the browser shows it."""

    url = OneLineFormField(
        label=_("ページのアドレス"), most=300,
        help_text=_("公開文書、テーマ、論点、パブリック・コメント、協議会の取組のページのアドレスを貼り付けます。"),
    )  # fmt: skip

    class Meta:
        model = Subject
        fields = ("title", "item")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["url"] = url_of(self.instance.kind, self.instance.key)

    def clean_url(self) -> str:
        """Read kind and key of the page; refuse a URL of another page, or of one that is not public."""
        typed: str = self.cleaned_data["url"]
        found = read_url(typed)
        if found is None:
            raise forms.ValidationError(
                _("公開文書、テーマ、論点、パブリック・コメント、協議会の取組のページのアドレスではありません。")
            )
        if not is_public(*found):
            raise forms.ValidationError(_("公開されていないページです。"))
        self.instance.kind, self.instance.key = found
        return typed


class CallOffForm(forms.Form):
    """Postpone or cancel a meeting, with a public reason."""

    outcome = forms.ChoiceField(label=_("延期・中止"), choices=Meeting.Outcome.choices)
    reason = CleanTextFormField(
        label=_("理由"), most=400, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("会議のページで公開されます。")
    )
