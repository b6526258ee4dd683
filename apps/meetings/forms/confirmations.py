"""Forms of the confirmation of minutes: asking the members, a member's code, a member's answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.admin_dates import DayField
from apps.core.formfields import CleanTextFormField, OneLineFormField
from apps.meetings.models import Confirmation


class AskForm(forms.Form):
    """By when the members shall answer."""

    due_on = DayField(label=_("確認の期限"))


class CodeForm(forms.Form):
    """The code of a member."""

    code = OneLineFormField(
        label=_("確認のコード"), most=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("事務局から受け取った12文字です。"),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """What a member says of the draft."""

    answer = forms.ChoiceField(
        label=_("答え"), widget=forms.RadioSelect,
        choices=[(value, label) for value, label in Confirmation.Answer.choices if value != Confirmation.Answer.WAITING],
    )  # fmt: skip
    remark = CleanTextFormField(
        label=_("直してほしいところ"), most=2000, required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("「直してほしい」のときに書きます。事務局だけが読みます。"),
    )  # fmt: skip
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
