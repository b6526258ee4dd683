"""Fields of forms that several apps share."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from apps.core import text
from apps.core.mail_addresses import LOCAL_PART, NotAnAddress, canonical

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


class DayFormField(forms.DateField):
    """A day as portals know them. Beyond, neither the database nor a clock with a time zone can be asked for its ends."""

    def validate(self, value: Any) -> None:
        """Refuse a day of another age."""
        super().validate(value)
        if value and not EARLIEST <= value <= LATEST:
            raise forms.ValidationError(
                _("%(first)d年から%(last)d年までの日付を入れてください。"),
                params={"first": EARLIEST.year, "last": LATEST.year},
                code="out_of_range",
            )


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


MAIL_ADDRESS_MAX = 254


class AddressValidator(EmailValidator):
    """Django's, for addresses that telephone companies gave out too (a..b@docomo.ne.jp)."""

    user_regex = LOCAL_PART


class AddressField(forms.CharField):
    """An e-mail address, however it was typed or pasted: 全角 becomes 半角, capitals small, the domain its one spelling."""

    widget = forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"})
    default_error_messages = {
        "required": _("メールアドレスを入力してください。"),
        "invalid": _("メールアドレスの形（例：taro@example.jp）になっていません。もう一度確かめてください。"),
    }
    validate_address = AddressValidator()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("メールアドレス"), "max_length": MAIL_ADDRESS_MAX, **kwargs})

    def to_python(self, value: Any) -> str:
        """As it is stored."""
        typed = super().to_python(value)
        if not typed:
            return ""
        try:
            address = canonical(typed)
            self.validate_address(address)
        except (NotAnAddress, forms.ValidationError) as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        if len(address) > (self.max_length or MAIL_ADDRESS_MAX):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return address
