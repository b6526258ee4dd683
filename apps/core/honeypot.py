"""Honeypot and minimum time to fill in, against form spam: for forms of people without an account, instead of a captcha."""

from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.formfields import ReturnedFormField

SALT = "apps.core.honeypot"
LEAST_SECONDS = 3
MOST_SECONDS = 24 * 3600


def stamp() -> str:
    """Return the time now, signed, for the hidden field that says when the page was opened."""
    return signing.dumps(timezone.now().timestamp(), salt=SALT)


def seconds_since(value: str) -> float | None:
    """Return the seconds since a stamp; None for one with a bad signature or from the future."""
    try:
        seconds = timezone.now().timestamp() - float(signing.loads(value, salt=SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return seconds if seconds >= 0 else None


class HoneypotInput(forms.TextInput):
    """An input that is never drawn with what was sent: whoever had it filled by their browser needs only press again."""

    def __init__(self) -> None:
        # The last three are what password managers look for to leave a field alone.
        super().__init__(
            {
                "tabindex": "-1",
                "autocomplete": "off",
                "data-1p-ignore": "",
                "data-lpignore": "true",
                "data-bwignore": "",
            }
        )

    def format_value(self, value: object) -> None:
        """Return None: no value is drawn."""


class HoneypotField(forms.CharField):
    """The honeypot: a line that people do not see and programs fill in. Name it as no browser has a value for."""

    widget = HoneypotInput

    def __init__(self) -> None:
        super().__init__(label=gettext_lazy("この欄には何も入力しないでください"), required=False, max_length=200)

    def clean(self, value: object) -> str:
        """Refuse any value, in a sentence for people whose browser filled it in."""
        if super().clean(value):
            raise forms.ValidationError(
                _("見えない欄が自動で入力されていたため、空にしました。もう一度送信してください。")
            )
        return ""


class HoneypotMixin(forms.Form):
    """Add the honeypot to a form; draw it with `components/honeypot.html`."""

    leave_empty = HoneypotField()


class MinimumTimeMixin(forms.Form):
    """Refuse a form that comes back too soon after its page was opened, or a day later; what was typed stands in it."""

    opened = ReturnedFormField(required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["opened"] = stamp()

    def clean(self) -> dict[str, object]:
        """Return the cleaned data; ValidationError `too_fast` or `expired` asks to press again."""
        data = super().clean() or self.cleaned_data
        seconds = seconds_since(data.get("opened", ""))
        if seconds is None or seconds > MOST_SECONDS:
            self._open_again()
            raise forms.ValidationError(
                _("画面を開いてから時間がたちました。内容を確かめて、もう一度送信してください。"), code="expired"
            )
        if seconds < LEAST_SECONDS:
            raise forms.ValidationError(
                _("送信が早すぎました。数秒待ってから、もう一度送信してください。"), code="too_fast"
            )
        return data

    def _open_again(self) -> None:
        """Stamp the bound data anew: the page that goes back counts as opened now."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix("opened")] = stamp()  # type: ignore[index]
