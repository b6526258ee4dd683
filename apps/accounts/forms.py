"""Forms of signing in (e-mail address, code) and of objecting to a restriction."""

import re
import unicodedata
from typing import Any

from allauth.core.internal import ratelimit
from allauth.core.internal.cryptokit import compare_user_code
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.models.restriction import APPEAL_MAX
from apps.accounts.sign_in import SentCode
from apps.core.formfields import CleanTextFormField, EmailFormField
from apps.core.honeypot import HoneypotMixin

NUMBERS = re.compile(r"[0-9](?:[ -]?[0-9])*")
LIMITS = "allauth.account"
TOO_OFTEN = _("続けて操作されたため、いったん受付を止めています。しばらく待ってから、もう一度お試しください。")


def half_width(text: str) -> str:
    """Return the text in NFKC, stripped: full-width digits become half-width."""
    return unicodedata.normalize("NFKC", text).strip()


def joined(number: str) -> str:
    """Return only the digits of a text."""
    return "".join(filter(str.isdigit, number))


class DigitsField(forms.CharField):
    """A code of six digits (or eight: a recovery code), in half or full width, with or without blanks."""

    lengths = frozenset({6, 8})

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "short"})
        messages = {"required": _("6桁の数字を入力してください。")}
        super().__init__(
            **{"label": _("確認コード"), "max_length": 40, "widget": widget, "error_messages": messages, **kwargs}
        )

    def to_python(self, value: object) -> str:
        """Return the digits, also of a pasted sentence with exactly one number of the right length; else the typed text."""
        typed = half_width(str(super().to_python(value) or ""))
        found = [number for number in NUMBERS.findall(typed) if len(joined(number)) in self.lengths]
        return joined(found[0]) if len(found) == 1 else typed


class CodeField(DigitsField):
    """The code of a mail. Anything but six digits is refused before it counts as a try."""

    lengths = frozenset({6})

    def clean(self, value: object) -> str:
        """Return six digits; raises ValidationError for anything else."""
        code = str(super().clean(value))
        if not (len(code) == 6 and code.isascii() and code.isdigit()):
            raise ValidationError(self.error_messages["required"], code="no_code")
        return code


class EmailForm(HoneypotMixin):
    """Sign-in and sign-up: an e-mail address, with a honeypot against bots."""

    email = EmailFormField(help_text=_("はじめての方も、登録済みの方も、ここから始められます。"))

    field_order = ["email", "leave_empty"]

    shows_need = False

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, object]:
        """Apply the rate limit by e-mail address and by network, the same for known and unknown addresses."""
        if not self.errors:
            email = self.cleaned_data["email"]
            if not ratelimit.consume(self.request, app=LIMITS, action="request_login_code", key=email):
                self.add_error("email", ValidationError(TOO_OFTEN, code="rate_limited"))
        return self.cleaned_data


class CodeForm(forms.Form):
    """The code from the mail, compared with that of the sign-in process."""

    code = CodeField()

    shows_need = False

    def __init__(self, *args: Any, process: SentCode, **kwargs: Any) -> None:
        self.process = process
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        """Compare the code under a rate limit by sent code (holds in parallel too) and by network; a right one is not counted."""
        code, process = str(self.cleaned_data["code"]), self.process
        usage = ratelimit.consume(process.request, app=LIMITS, action="login_failed", key=f"code:{process.state['id']}")
        if not usage:
            raise ValidationError(TOO_OFTEN, code="rate_limited")
        if not compare_user_code(actual=code, expected=process.code):
            raise ValidationError(self._wrong(), code="incorrect_code")
        usage.rollback()
        return code

    def _wrong(self) -> str:
        """Return the message for a wrong code, with the number of tries left."""
        return _("確認コードが違います。あと%(left)d回入力できます。") % {"left": self.process.tries_left - 1}


class ObjectionForm(forms.Form):
    """異議の申立て: the objection to a restriction."""

    words = CleanTextFormField(
        label=_("申立ての内容"),
        most=APPEAL_MAX,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("判断のどこが違うと思うか、書いてください。申立ては1回できます。公開はされません。"),
        error_messages={
            "required": _("申立ての内容を書いてください。"),
        },
    )
