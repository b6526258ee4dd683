"""Fields of forms that several apps share."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core import text


class CleanTextFormField(forms.CharField):
    """A typed text: LF line ends, no control characters, counted as a person counts."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(strip=False, **kwargs)
        self.widget.attrs["data-count-max"] = most

    def to_python(self, value: Any) -> str:
        """The cleaned text, or an error that says what is wrong with it."""
        try:
            cleaned = text.clean(str(value or ""))
        except text.UnwantedCharacter as error:
            raise forms.ValidationError(
                _("使えない文字（制御文字など）が含まれています。取り除いてください。"), code="unwanted"
            ) from error
        over = text.count_characters(cleaned) - self.most
        if over > 0:
            raise forms.ValidationError(
                _("%(most)d文字以内で書いてください（%(over)d文字多くなっています）。"),
                params={"most": self.most, "over": over},
                code="too_long",
            )
        return cleaned


class OneLineFormField(CleanTextFormField):
    """A typed text of one line, short enough for its column however its letters are composed."""

    def to_python(self, value: Any) -> str:
        """The cleaned line."""
        line = " ".join(super().to_python(value).split("\n"))
        if len(line) > self.most:
            raise forms.ValidationError(
                _("%(most)d文字以内で書いてください。"), params={"most": self.most}, code="too_long"
            )
        return line
