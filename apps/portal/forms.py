"""Forms of a person's own profile, of an inquiry to the city, and of the query strings of lists and search."""

from datetime import date, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import AgeBand, District, DutyChange, Relation, User
from apps.accounts.models.nickname import TAKEN
from apps.accounts.rules import is_secretariat
from apps.consultations.models import Consultation
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.core.exceptions import ActionRefused
from apps.core.formfields import (
    CleanTextFormField,
    DayFormField,
    EmailFormField,
    OneLineFormField,
    ReturnedFormField,
    WordsFormField,
)
from apps.core.generic import ModelChoiceField, ModelForm
from apps.core.honeypot import HoneypotMixin, MinimumTimeMixin
from apps.core.query_forms import QueryForm
from apps.core.submission import SubmitKeyMixin
from apps.portal.services.search import KINDS
from apps.vision.models import Field, Viewpoint

DAY = {"invalid": _("日付は 2025-07-01 のように入れてください。")}
NEXT_POST = _("次の投稿の初めの値になります。すでに投稿した意見の属性は変わりません。")


INQUIRY_MAX = 2000


class InquiryForm(SubmitKeyMixin, MinimumTimeMixin, HoneypotMixin):
    """お問い合わせ: what somebody asks the city, and where the reply goes if one is wanted."""

    about = OneLineFormField(
        label=_("どのページのことか"),
        most=200,
        required=False,
        help_text=_("ページの名前や、意見の番号（例：C26-0001）。なくてもかまいません。"),
    )
    words = CleanTextFormField(
        label=_("お問い合わせの内容"),
        most=INQUIRY_MAX,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("2,000文字まで書けます。住所や電話番号は書かなくてかまいません。公開はされません。"),
        error_messages={"required": _("お問い合わせの内容を書いてください。")},
    )
    email = EmailFormField(
        label=_("返信先のメールアドレス"),
        required=False,
        help_text=_("返信がいらないときは、空欄のままにしてください。返信のためだけに使います。"),
    )


FIELDS_OF_STAFF = ("staff_name", "extension", "work_mail", "wants_job_notices")


class ProfileForm(ModelForm[User]):
    """プロフィール: the public name, and what the next post starts with. Everything is optional."""

    class Meta:
        model = User
        fields = ["nickname", "age_band", "district", "relation", "wants_digest", *FIELDS_OF_STAFF]
        help_texts = {
            "age_band": NEXT_POST,
            "district": NEXT_POST,
            "relation": NEXT_POST,
            "work_mail": _(
                "割り当て、差し戻し、新しい意見、期限の近いもの・過ぎたものなど。1日1通のときは、朝8時半ごろに届きます。"
            ),
            "wants_digest": _("未読のお知らせや、フォロー中のテーマの新しい意見を、毎週月曜日にお届けします。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.serves_city:
            for name in FIELDS_OF_STAFF:
                del self.fields[name]
        else:
            self.fields["work_mail"].required = False
        for name, kinds in (("age_band", AgeBand), ("district", District), ("relation", Relation)):
            field = cast(forms.TypedChoiceField, self.fields[name])
            field.choices = [("", _("答えない")), *kinds.choices]

    def clean_work_mail(self) -> str:
        """Return the choice; where none was sent, the one that holds."""
        return self.cleaned_data["work_mail"] or self.instance.work_mail

    def clean_nickname(self) -> str:
        """Refuse a nickname of somebody else or of the city."""
        name: str = self.cleaned_data["nickname"]
        User.objects.require_nickname_free(name, person=self.instance)
        return name

    def save(self, commit: bool = True) -> User:
        """Save these columns only, so that other changes of the account meanwhile are not overwritten."""
        user = super().save(commit=False)
        try:
            with transaction.atomic():
                user.save(update_fields=list(self.fields))
        except IntegrityError as error:  # somebody chose the same name in the same moment
            raise ActionRefused(TAKEN) from error
        return user


def day_input() -> forms.DateInput:
    """Return a widget with the browser's own calendar."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class StaffChoice(ModelChoiceField[User]):
    """A choice of the city's staff, each with the current posts and the number by which the audit trail names them."""

    def label_from_instance(self, person: User) -> str:
        """Return name, posts and number, never an e-mail address."""
        posts = "、".join(str(posting) for posting in person.current_postings())
        return gettext("%(name)s（%(posts)s・利用者ID %(number)d）") % {
            "name": person.name_among_staff,
            "posts": posts,
            "number": person.pk,
        }


class DutyChangeForm(ModelForm[DutyChange]):
    """異動・代理: whose duties pass to whom, from when. The secretariat chooses the person; others pass on their own."""

    user: User

    person = StaffChoice(label=_("今の担当者"), queryset=User.objects.none())
    successor = StaffChoice(label=_("引き継ぐ人・代理の人"), queryset=User.objects.none())
    starts_on = DayFormField(
        label=_("始まる日"), widget=day_input(), error_messages=DAY,
        help_text=_("引き継ぎは、明日以後の日にします。その日の前の日まで取り消せます。"),
    )  # fmt: skip
    ends_on = DayFormField(
        label=_("終わる日（代理のとき）"), required=False, widget=day_input(), error_messages=DAY
    )  # fmt: skip

    class Meta:
        model = DutyChange
        fields = ("kind", "person", "successor", "starts_on", "ends_on")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        staff = User.objects.on_staff().with_postings()
        for name in ("person", "successor"):
            cast("ModelChoiceField[User]", self.fields[name]).queryset = staff
        if not is_secretariat(user):
            del self.fields["person"]
            self.instance.person = user

    def clean_starts_on(self) -> date | None:
        """Refuse a day that has passed; a move needs a day on which it can still be taken back."""
        day: date | None = self.cleaned_data["starts_on"]
        is_move = self.data.get("kind") == DutyChange.Kind.MOVE
        if day and day < timezone.localdate() + timedelta(days=int(is_move)):
            raise forms.ValidationError(
                _("引き継ぎは、明日以後の日にしてください。") if is_move else _("今日以後の日にしてください。")
            )
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse a change to the same person."""
        data = super().clean() or self.cleaned_data
        person = data.get("person") or self.user
        if data.get("successor") == person:
            self.add_error("successor", _("今の担当者とは別の人を選んでください。"))
        return data

    @property
    def said(self) -> dict[str, Any]:
        """Return what was chosen, as `plan_duty_change` takes it."""
        names = ("kind", "successor", "starts_on", "ends_on")
        return {
            **{name: self.cleaned_data[name] for name in names},
            "person": self.cleaned_data.get("person") or self.user,
        }


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
        """Return whether the texts are to be taken back."""
        return bool(self.cleaned_data["texts"] == "withdraw")


class IndicatorFilterForm(QueryForm):
    """The filter of the list of indicators: words, viewpoint, field, state towards the target."""

    TARGET_STATUSES = [
        ("", _("すべて")),
        ("reached", _("目標に達している")),
        ("short", _("目標に達していない")),
        ("none", _("目標なし")),
    ]

    q = WordsFormField(label=_("ことば"), required=False, max_length=100)
    viewpoint: Any = forms.ModelChoiceField(
        label=_("視点"),
        queryset=Viewpoint.objects.all(),
        to_field_name="number",
        required=False,
        empty_label=_("すべて"),
    )
    field: Any = forms.ModelChoiceField(
        label=_("分野"), queryset=Field.objects.all(), to_field_name="slug", required=False, empty_label=_("すべて")
    )
    standing = forms.ChoiceField(label=_("目標"), choices=TARGET_STATUSES, required=False)


class SearchForm(QueryForm):
    """A search: words, kind, order, and a period. Its view answers 422 for what cannot be read."""

    not_kept = frozenset({"kind", "cursor"})

    q = WordsFormField(
        label=_("探すことば"),
        required=False,
        max_length=100,
        help_text=_("いくつかのことばで探すときは、空白で区切ってください。"),
        error_messages={"max_length": _("100文字以内で入れてください。")},
    )
    kind = forms.ChoiceField(label=_("種類"), required=False)
    sort = forms.ChoiceField(
        label=_("並び順"), required=False, choices=[("", _("関連の高い順")), ("new", _("新しい順"))]
    )
    theme: Any = forms.ModelChoiceField(
        label=_("意見のテーマ"), required=False, queryset=None, to_field_name="slug", empty_label=_("すべて")
    )
    since = DayFormField(label=_("意見の公開日（いつから）"), required=False, widget=day_input(), error_messages=DAY)
    until = DayFormField(label=_("意見の公開日（いつまで）"), required=False, widget=day_input(), error_messages=DAY)
    cursor = ReturnedFormField(required=False, max_length=400)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, auto_id="search_%s")
        kinds = [("", _("すべて")), *((kind.key, kind.label) for kind in KINDS)]
        cast("forms.ChoiceField", self.fields["kind"]).choices = kinds
        cast(
            "forms.ModelChoiceField[Consultation]", self.fields["theme"]
        ).queryset = Consultation.objects.public().only("slug", "title")

    def clean(self) -> dict[str, object]:
        """Require the days of a period in order."""
        data = super().clean() or self.cleaned_data
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", _("「いつまで」は「いつから」と同じ日か、後の日にしてください。"))
        return data

    @property
    def is_narrowed(self) -> bool:
        """Return whether more than words is asked for."""
        return bool(self.errors) or bool(set(self.kept) - {"q"})

    @property
    def without_conditions(self) -> str:
        """Return the query string with the words alone."""
        return "?" + urlencode({"q": self.cleaned_data.get("q", "")})

    @property
    def kind_chosen(self) -> str:
        """Return the key of the chosen kind; empty for all."""
        return str(self.cleaned_data.get("kind") or "")

    @property
    def cursor_given(self) -> str:
        """Return the cursor of the page; empty for the first one."""
        return str(self.cleaned_data.get("cursor") or "")

    @property
    def is_newest(self) -> bool:
        """Return whether the newest come first."""
        return self.cleaned_data.get("sort") == "new"

    def narrow(self, proposals: ProposalQuerySet) -> ProposalQuerySet:
        """Filter proposals by the chosen theme and days."""
        data = self.cleaned_data
        rows = proposals.published_between(data.get("since"), data.get("until"))
        return rows.in_consultation(data["theme"]) if data.get("theme") else rows
