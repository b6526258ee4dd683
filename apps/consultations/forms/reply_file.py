"""Forms of the workbook of replies: the file, and the checked rows that are handed back signed."""

from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consultations.models import Consultation
from apps.consultations.services.reply_file import Checked, ReplyScope, as_data, read_file
from apps.core.formfields import ReturnedFormField
from apps.core.spreadsheet import Unreadable

SALT, AN_HOUR = "apps.consultations.forms.reply_file", 3600
MOST_BYTES, MOST_LETTERS = 5 * 1024 * 1024, 1_500_000


class ReplyFileForm(forms.Form):
    """A filled-in file; it is read at once, and nothing is written."""

    file = forms.FileField(
        label=_("書き込んだファイル（Excel か CSV）"),
        help_text=_("1行目の列名、番号、担当課は変えないでください。5MBまで。"),
        error_messages={"required": _("ファイルを選んでください。"), "empty": _("ファイルが空です。")},
    )

    def __init__(self, *args: Any, scope: ReplyScope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope

    def clean(self) -> dict[str, Any]:
        """Add `checked`, what the file would change."""
        data = super().clean() or self.cleaned_data
        upload = data.get("file")
        if upload is None:
            return data
        if upload.size > MOST_BYTES:
            self.add_error("file", _("ファイルが大きすぎます（5MBまで）。"))
            return data
        try:
            data["checked"] = read_file(upload.file, self.scope)
        except Unreadable as error:
            self.add_error("file", error.sentence)
        return data


class CheckedRowsForm(forms.Form):
    """The checked rows, signed, so that exactly what was shown is saved."""

    rows = ReturnedFormField(max_length=MOST_LETTERS)

    def __init__(self, *args: Any, user: User, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = [user.pk, consultation.pk]

    @classmethod
    def packed(cls, checked: Checked, *, user: User, consultation: Consultation) -> "CheckedRowsForm":
        """Return the form for the page that shows the check."""
        owner = [user.pk, consultation.pk]
        words = signing.dumps([owner, as_data(checked.rows)], salt=SALT, compress=True)
        return cls(initial={"rows": words}, user=user, consultation=consultation)

    @property
    def is_too_long(self) -> bool:
        """Return whether the rows are more than a page can hand back."""
        return len(self.initial["rows"]) > MOST_LETTERS

    def clean_rows(self) -> list[dict[str, Any]]:
        """Return what this person checked within the last hour; refuse anything else."""
        sentence = _("確認から時間がたったか、別の人の確認です。もう一度ファイルを選んでください。")
        try:
            owner, rows = signing.loads(self.cleaned_data["rows"], salt=SALT, max_age=AN_HOUR)
        except signing.BadSignature as error:
            raise forms.ValidationError(sentence) from error
        if owner != self.owner:
            raise forms.ValidationError(sentence)
        checked: list[dict[str, Any]] = rows
        return checked
