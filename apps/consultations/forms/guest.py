"""What people without an account type. A honeypot and a clock stand in for a riddle: nobody has to prove to be human."""

import time
import unicodedata
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.consultations.forms.voices import ProposalForm
from apps.core import text

SALT = "apps.consultations.guest-form"
QUICKEST, LONGEST = 3, 24 * 3600  # seconds between opening the form and sending it
NICKNAME_MAX = 20
NOBODY = SimpleNamespace(nickname="", age_band="", district="", relation="")


def opened_now() -> str:
    """The moment at which a form was shown, signed."""
    return signing.dumps(int(time.time()), salt=SALT)


class GuestProposalForm(ProposalForm):
    """A voice without an account."""

    nickname = forms.CharField(
        label=gettext_lazy("ニックネーム"),
        required=False,
        max_length=NICKNAME_MAX,
        help_text=gettext_lazy("空欄のときは「匿名」と表示されます。本名や連絡先は書かないでください。"),
    )
    homepage = forms.CharField(
        label=gettext_lazy("この欄には何も書かないでください"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=NOBODY, consent_needed=True, **kwargs)
        del self.fields["name"]
        self.initial.setdefault("opened", opened_now())

    @property
    def is_anonymous(self) -> bool:
        """Whether no name was given."""
        return not self.cleaned_data["nickname"]

    def clean_nickname(self) -> str:
        """A name of one line that is no address."""
        name = unicodedata.normalize("NFKC", self.cleaned_data["nickname"]).strip()
        if "@" in name or text.UNWANTED.search(name):
            raise forms.ValidationError(_("ニックネームに「@」や特殊な文字は使えません。"))
        if name == "匿名":
            return ""
        User.objects.require_nickname_free(name)
        return name

    def clean(self) -> dict[str, Any]:
        """Machines fill every field, and at once."""
        data = super().clean() or self.cleaned_data
        if data.get("homepage"):
            self.add_error(None, _("送信できませんでした。いちばん下の欄を空にして、もう一度お試しください。"))
        age = self._age(data.get("opened", ""))
        if age is None or age > LONGEST:
            self.add_error(None, _("画面を開いてから時間がたちました。内容を確かめて、もう一度押してください。"))
            self.data = {**self.data, "opened": opened_now()}
        elif age < QUICKEST:
            self.add_error(None, _("数秒たってから、もう一度押してください。"))
        return data

    def _age(self, opened: str) -> float | None:
        """Seconds since the form was shown; None for a moment that we did not sign or that is yet to come."""
        try:
            age = time.time() - signing.loads(opened, salt=SALT)
        except (signing.BadSignature, TypeError):
            return None
        return age if age >= -1 else None


class PassphraseForm(forms.Form):
    """番号と合言葉."""

    code = forms.CharField(
        label=gettext_lazy("意見の番号"), max_length=12, help_text=gettext_lazy("例：C26-0001"),
        error_messages={"required": gettext_lazy("意見の番号を入れてください。")},
    )  # fmt: skip
    passphrase = forms.CharField(
        label=gettext_lazy("合言葉"),
        max_length=100,
        help_text=gettext_lazy("投稿したときに表示された4つの言葉です。ひらがなで、間の「・」はなくてもかまいません。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
        error_messages={"required": gettext_lazy("合言葉を入れてください。")},
    )

    def clean_code(self) -> str:
        """In whatever width it was typed."""
        return unicodedata.normalize("NFKC", self.cleaned_data["code"]).strip().upper()
