"""Forms of people without an account: proposal and comment, with honeypot and minimum time instead of a captcha, passphrase."""

from django import forms
from django.utils.translation import gettext_lazy

from apps.accounts.models import NICKNAME_MAX, User
from apps.consultations.forms.proposals import PersonalDataHintMixin, ProposalForm, SubmissionForm, comment_body
from apps.core.formfields import EmailFormField, NameFormField, NumberFormField, SecretFormField
from apps.core.honeypot import HoneypotMixin, MinimumTimeMixin

CODE_MAX = 30  # letters of a number, and room for what people type between them


class GuestNameMixin(forms.Form):
    """The name of somebody without an account, typed anew with each text."""

    nickname = NameFormField(
        label=gettext_lazy("ニックネーム"),
        required=False,
        most=NICKNAME_MAX,
        help_text=gettext_lazy("空欄のときは「匿名」と表示されます。本名や連絡先は書かないでください。"),
    )

    @property
    def public_name(self) -> str:
        """Return the name that was typed."""
        return str(self.cleaned_data["nickname"])

    def clean_nickname(self) -> str:
        """Return the name, empty for 匿名; ValidationError for one that a person has."""
        name: str = self.cleaned_data["nickname"]
        if name == "匿名":
            return ""
        User.objects.require_nickname_free(name)
        return name


class GuestProposalForm(MinimumTimeMixin, HoneypotMixin, GuestNameMixin, ProposalForm):
    """A proposal of somebody without an account."""


class GuestCommentForm(MinimumTimeMixin, HoneypotMixin, PersonalDataHintMixin, GuestNameMixin, SubmissionForm):
    """A comment of somebody without an account, or a reply to one."""

    body = comment_body()

    field_order = ["body", "nickname", "consent"]


class PassphraseForm(forms.Form):
    """番号と合言葉."""

    code = NumberFormField(
        label=gettext_lazy("意見またはコメントの番号"),
        max_length=CODE_MAX,
        help_text=gettext_lazy("例：C26-0001（コメントは C26-0001-12）"),
        error_messages={"required": gettext_lazy("番号を入れてください。")},
    )
    passphrase = SecretFormField(
        label=gettext_lazy("合言葉"),
        max_length=100,
        help_text=gettext_lazy(
            "投稿したときに表示された4つのことばです。ひらがなで、間の「・」はなくてもかまいません。"
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
        error_messages={"required": gettext_lazy("合言葉を入れてください。")},
    )


class PassphraseMailForm(HoneypotMixin):
    """The address to which number and passphrase are mailed once. passphrase: as the page showed it."""

    email = EmailFormField(
        help_text=gettext_lazy("1通お送りするためだけに使います。送ったあと、アドレスは残しません。送れるのは1回です。")
    )
    passphrase = SecretFormField(max_length=100, widget=forms.HiddenInput)

    shows_need = False
