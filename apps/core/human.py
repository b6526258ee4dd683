"""A form that programs fill in badly: a field that people do not see, and a moment between opening and sending."""

from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SALT = "apps.core.human"
LEAST_SECONDS = 3
MOST_SECONDS = 24 * 3600


def stamp() -> str:
    """When the page was opened, signed."""
    return signing.dumps(timezone.now().timestamp(), salt=SALT)


def seconds_since(value: str) -> float | None:
    """How long ago a stamp was made; None for one that we did not make or that lies in the future."""
    try:
        seconds = timezone.now().timestamp() - float(signing.loads(value, salt=SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return seconds if seconds >= 0 else None


class HumanForm(forms.Form):
    """Mix-in for forms without account: nobody has to solve a puzzle, and what was typed always comes back."""

    homepage = forms.CharField(label=gettext_lazy("この欄には何も入力しないでください"), required=False, max_length=200)
    opened = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["homepage"].widget.attrs.update({"tabindex": "-1", "autocomplete": "off"})
        self.initial["opened"] = stamp()

    def clean_homepage(self) -> str:
        """Whoever fills it in is told so; a program does not read it."""
        if self.cleaned_data["homepage"]:
            raise forms.ValidationError(_("「この欄には何も入力しないでください」という欄を空にしてください。"))
        return ""

    def clean(self) -> dict[str, Any]:
        """Sent at once, or from a page opened yesterday: please press again."""
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
        """The page that goes back counts as opened now."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix("opened")] = stamp()  # type: ignore[index]
