"""Forms of the import of yearly values: the file, then the signed confirmation of what was checked."""

from typing import Any, cast

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.formfields import ReturnedFormField
from apps.core.spreadsheet import Unreadable
from apps.vision import actions
from apps.vision.actions.import_values import Parcel

SALT = "apps.vision.values"
AN_HOUR = 3600
MOST_BYTES = 5 * 1024 * 1024


class ValueFileForm(forms.Form):
    """A file with values; read at once, nothing is written."""

    file = forms.FileField(
        label=_("ファイル（CSV または Excel）"),
        help_text=_("1行目は列の名前です。見本のファイルに書き足すと、かんたんです。5MBまで。"),
        error_messages={"required": _("ファイルを選んでください。"), "empty": _("ファイルが空です。")},
    )

    def clean(self) -> dict[str, object]:
        """Return the result of checking the file."""
        data = super().clean() or self.cleaned_data
        upload = data.get("file")
        if upload is None:
            return data
        if upload.size > MOST_BYTES:
            self.add_error("file", _("ファイルが大きすぎます（5MBまで）。"))
            return data
        try:
            data["looked"] = actions.look_at_values(upload.file)
        except Unreadable as error:
            self.add_error("file", error.sentence)
        return data


class ParcelForm(forms.Form):
    """The checked rows, signed, so that exactly they are written."""

    parcel = ReturnedFormField(max_length=1_000_000)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    @classmethod
    def packed(cls, looked: actions.Looked, *, file_name: str, user: User) -> "ParcelForm":
        """Return the form for the page that shows the check."""
        parcel = actions.as_parcel(looked, file_name=file_name)
        words = signing.dumps([user.pk, parcel], salt=SALT, compress=True)
        return cls(initial={"parcel": words}, user=user)

    def clean_parcel(self) -> Parcel:
        """Return what this person checked within the last hour; refuse anything else."""
        try:
            owner, parcel = signing.loads(self.cleaned_data["parcel"], salt=SALT, max_age=AN_HOUR)
        except signing.BadSignature as error:
            raise forms.ValidationError(
                _("確認から時間がたったため、取り込めませんでした。もう一度ファイルを選んでください。")
            ) from error
        if owner != self.user.pk:
            raise forms.ValidationError(_("確認した人だけが取り込めます。もう一度ファイルを選んでください。"))
        return cast("Parcel", parcel)
