"""Forms of a draw: its settings, the entry of somebody who answered, an entry on paper."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.admin_dates import DayField
from apps.core.formfields import OneLineFormField
from apps.core.generic import ModelForm
from apps.surveys.forms.questionnaire import CodeForm
from apps.surveys.models import Draw


class DrawForm(ModelForm[Draw]):
    """What is drawn, and when names and contacts are deleted."""

    class Meta:
        model = Draw
        fields = ("prize", "winners", "delete_on")
        field_classes = {"delete_on": DayField}


class EntryForm(forms.Form):
    """Name and contact; with neither, the form only takes an entry back."""

    name = OneLineFormField(
        label=_("氏名"), most=80, widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("氏名を入れてください。")},
    )  # fmt: skip
    contact = OneLineFormField(
        label=_("連絡先"), most=200, help_text=_("当選をお知らせする電話番号、メールアドレス、住所のどれか一つ"),
        error_messages={"required": _("連絡先を入れてください。")},
    )  # fmt: skip


class LetterEntryForm(CodeForm, EntryForm):
    """An entry of somebody with a letter."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["code", "name", "contact"])
        self.fields["code"].required = True
