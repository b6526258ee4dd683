"""What a person changes about the own account."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import AgeBand, District, Relation, User

NEXT_POST = _("次の投稿の初めの値になります。すでに投稿した意見の属性は変わりません。")


class ProfileForm(forms.ModelForm):
    """プロフィール: the public name, and what the next post starts with. Everything is optional."""

    class Meta:
        model = User
        fields = ["nickname", "age_band", "district", "relation", "wants_digest"]
        help_texts = {
            "age_band": NEXT_POST,
            "district": NEXT_POST,
            "relation": NEXT_POST,
            "wants_digest": _("未読のお知らせや、フォロー中のテーマの新しい意見を、毎週月曜日にお届けします。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, kinds in (("age_band", AgeBand), ("district", District), ("relation", Relation)):
            field = cast(forms.TypedChoiceField, self.fields[name])
            field.choices = [("", _("答えない")), *kinds.choices]

    def save(self, commit: bool = True) -> User:
        """Write these columns only: what else happened to the account in the meantime stays."""
        user = super().save(commit=False)
        user.save(update_fields=self.Meta.fields)
        return user


class LeaveForm(forms.Form):
    """退会: what is to become of the texts."""

    texts = forms.ChoiceField(
        label=_("投稿した意見とコメント"),
        choices=[
            ("keep", _("匿名で残す（イイネ！やコメントのやりとりも残ります）")),
            ("withdraw", _("すべて取り下げる（本文は公開されなくなります）")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("投稿をどうするかを選んでください。")},
    )

    @property
    def wants_withdrawal(self) -> bool:
        """Whether the texts are to be taken back."""
        return self.cleaned_data["texts"] == "withdraw"
