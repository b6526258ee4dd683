"""Tables that go out, are filled in and come back: the file is read and looked at first, and saved with a second press.

An app gives what it reads from the file; what was looked at travels through the page signed, so that exactly that is saved.
"""

from collections.abc import Callable
from typing import IO, Any, ClassVar

from django import forms
from django.core import signing
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.form_errors import unwanted_message
from apps.core.formfields import ReturnedFormField
from apps.core.spreadsheet import Row, Unreadable
from apps.core.text import UnwantedCharacter, clean, count_characters
from apps.core.types import StrOrPromise

AN_HOUR = 3600
MOST_BYTES, MOST_LETTERS = 5 * 1024 * 1024, 1_500_000
Owner = list[int]


class BadCell(Exception):
    """A cell that cannot be taken; the sentence says why."""

    def __init__(self, column: str, sentence: str) -> None:
        self.column, self.sentence = column, sentence
        super().__init__(sentence)


def words_of(row: Row, column: str, most: int) -> str:
    """Return the cleaned words of a cell; raise BadCell for what is no text, has unusable characters or is too long."""
    if column in row.odd:
        raise BadCell(column, gettext("計算式のエラーか、文ではない値です。文で書いてください。"))
    try:
        words = clean(row.get(column)).strip()
    except UnwantedCharacter as error:
        raise BadCell(column, str(unwanted_message(error.place))) from error
    over = count_characters(words) - most
    if over > 0:
        sentence = gettext("%(most)d文字以内で書いてください（%(over)d文字多くなっています）。")
        raise BadCell(column, sentence % {"most": most, "over": over})
    return words


class FilledInFileForm(forms.Form):
    """A filled-in file; it is read at once, and nothing is written. Cleaned data holds `checked`, what `read` returns."""

    file = forms.FileField(
        error_messages={"required": _("ファイルを選んでください。"), "empty": _("ファイルが空です。")}
    )
    label: ClassVar[StrOrPromise] = _("書き込んだファイル（Excel か CSV）")
    help_text: ClassVar[StrOrPromise] = ""

    def __init__(self, *args: Any, read: Callable[[IO[bytes]], Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.read = read
        self.fields["file"].label, self.fields["file"].help_text = self.label, self.help_text

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
            data["checked"] = self.read(upload.file)
        except Unreadable as error:
            self.add_error("file", error.sentence)
        return data


class SignedRowsForm(forms.Form):
    """The checked rows, signed, so that exactly what was shown is saved. owner: keys of who checked, and of what."""

    rows = ReturnedFormField(max_length=MOST_LETTERS)
    salt: ClassVar[str] = "apps.core.filled_in_files"

    def __init__(self, *args: Any, owner: Owner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner

    @classmethod
    def packed(cls, rows: list[Any], *, owner: Owner) -> "SignedRowsForm":
        """Return the form for the page that shows the check."""
        words = signing.dumps([owner, rows], salt=cls.salt, compress=True)
        return cls(initial={"rows": words}, owner=owner)

    @property
    def is_too_long(self) -> bool:
        """Return whether the rows are more than a page can hand back."""
        return len(self.initial["rows"]) > MOST_LETTERS

    def clean_rows(self) -> list[Any]:
        """Return what this person checked within the last hour; refuse anything else."""
        sentence = _("確認から時間がたったか、別の人の確認です。もう一度ファイルを選んでください。")
        try:
            owner, rows = signing.loads(self.cleaned_data["rows"], salt=self.salt, max_age=AN_HOUR)
        except signing.BadSignature as error:
            raise forms.ValidationError(sentence) from error
        if owner != self.owner:
            raise forms.ValidationError(sentence)
        checked: list[Any] = rows
        return checked
