"""What people without an account type. A honeypot and a clock stand in for a riddle: nobody has to prove to be human."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.consultations.forms.proposals import ProposalForm
from apps.core.formfields import NameFormField, NumberFormField, SecretFormField
from apps.core.honeypot import HoneypotMixin, MinimumTimeMixin

NICKNAME_MAX = 20
NOBODY = SimpleNamespace(nickname="", age_band="", district="", relation="")


class GuestProposalForm(MinimumTimeMixin, HoneypotMixin, ProposalForm):
    """A voice without an account."""

    nickname = NameFormField(
        label=gettext_lazy("ニックネーム"),
        required=False,
        most=NICKNAME_MAX,
        help_text=gettext_lazy("空欄のときは「匿名」と表示されます。本名や連絡先は書かないでください。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=NOBODY, consent_needed=True, **kwargs)
        del self.fields["name"]

    @property
    def is_anonymous(self) -> bool:
        """Whether no name was given."""
        return not self.cleaned_data["nickname"]

    def clean_nickname(self) -> str:
        """A name that is free."""
        name: str = self.cleaned_data["nickname"]
        if name == "匿名":
            return ""
        User.objects.require_nickname_free(name)
        return name


class PassphraseForm(forms.Form):
    """番号と合言葉."""

    code = NumberFormField(
        label=gettext_lazy("意見の番号"), max_length=12, help_text=gettext_lazy("例：C26-0001"),
        error_messages={"required": gettext_lazy("意見の番号を入れてください。")},
    )  # fmt: skip
    passphrase = SecretFormField(
        label=gettext_lazy("合言葉"),
        max_length=100,
        help_text=gettext_lazy("投稿したときに表示された4つの言葉です。ひらがなで、間の「・」はなくてもかまいません。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
        error_messages={"required": gettext_lazy("合言葉を入れてください。")},
    )
