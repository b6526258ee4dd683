"""Receipt number and passphrase."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.formfields import NumberFormField, SecretFormField


class ReceiptForm(forms.Form):
    """受付番号と合言葉."""

    number = NumberFormField(
        label=_("受付番号"),
        max_length=20,
        help_text=_("例：4827-1935（8けたの数字です）"),
        error_messages={"required": _("受付番号を入れてください。")},
    )
    passphrase = SecretFormField(
        label=_("合言葉"),
        max_length=100,
        help_text=_("送信したときに表示された4つのことばです。ひらがなで、間の「・」はなくてもかまいません。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
        error_messages={"required": _("合言葉を入れてください。")},
    )
