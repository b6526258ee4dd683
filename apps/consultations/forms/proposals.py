"""Forms of residents (proposal, comment, report) and query-string forms of lists."""

import hashlib
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import NICKNAME_MAX, AgeBand, District, Relation, User
from apps.consultations.models import AbuseReport, Channel, Consultation, ModerationRule, Question, ReplyStatus, Tag
from apps.consultations.models.comment import COMMENT_MAX
from apps.consultations.models.proposal import BODY_MAX
from apps.consultations.models.revision import TITLE_MAX
from apps.core.formfields import (
    CleanTextFormField,
    NameFormField,
    OneLineFormField,
    ReturnedFormField,
    TagsFormField,
    UrlChoiceField,
    WordsFormField,
)
from apps.core.generic import ModelChoiceField
from apps.core.pagination import Order
from apps.core.query_forms import QueryForm
from apps.core.submission import SubmitKeyMixin
from apps.core.types import StrOrPromise

TAGS_MAX = 5
UNKNOWN = [("", _("答えない"))]


class SubmissionForm(SubmitKeyMixin):
    """Base of the forms that publish a text: the consent to the terms, and the key that makes them idempotent."""

    consent = forms.BooleanField(
        label=_("利用規約を読み、投稿の公開と CC BY 4.0 での利用に同意します"),
        help_text=_("CC BY 4.0 は、出典を示せばだれでも使えるという条件です。"),
        error_messages={"required": _("投稿するには同意が必要です。利用規約をお読みください。")},
    )

    def __init__(self, *args: Any, consent_needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not consent_needed:
            del self.fields["consent"]


class NamedForm(SubmissionForm):
    """Base of the forms whose author has an account and chooses between the nickname and 匿名.

    Who has no nickname yet may set one here. The weekly mail is asked for once, with the consent.
    """

    name = forms.ChoiceField(label=_("表示する名前"), widget=forms.RadioSelect, initial="anonymous")
    nickname = NameFormField(
        label=_("ニックネームを決める"),
        required=False,
        most=NICKNAME_MAX,
        help_text=_("本名や連絡先は書かないでください。あとからマイページで変えられます。"),
    )
    digest = forms.BooleanField(
        label=_("週1回のまとめメールを受け取る"),
        required=False,
        help_text=_("イイネ！やコメント、市の回答などのお知らせを、毎週月曜日にお届けします。いつでも止められます。"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        label = format_html("<bdi>{}</bdi>", user.nickname) if user.nickname else _("ニックネームを決めて表示する")
        choices: list[tuple[str, StrOrPromise]] = [("anonymous", _("匿名")), ("nickname", label)]
        cast("forms.ChoiceField", self.fields["name"]).choices = choices
        if user.nickname:
            del self.fields["nickname"]
        if "consent" not in self.fields or user.wants_digest or not user.email:
            del self.fields["digest"]

    def clean_nickname(self) -> str:
        """Return the name that is set with this text, empty for none; ValidationError for one that cannot be had."""
        name: str = self.cleaned_data["nickname"]
        if self.cleaned_data.get("name") != "nickname":
            return ""
        if not name:
            raise forms.ValidationError(_("ニックネームを入れてください。決めないときは「匿名」を選んでください。"))
        User.objects.require_nickname_free(name, person=self.user)
        return name

    @property
    def new_nickname(self) -> str:
        """Return the nickname that is set with this text; empty for somebody who has one, and for 匿名."""
        return str(self.cleaned_data.get("nickname", ""))

    @property
    def wants_digest(self) -> bool:
        """Return whether the weekly mail was asked for."""
        return bool(self.cleaned_data.get("digest"))

    @property
    def public_name(self) -> str:
        """Return the nickname if the author chose it; empty for 匿名."""
        return "" if self.cleaned_data["name"] == "anonymous" else self.user.nickname or self.new_nickname


class QuestionField(ModelChoiceField[Question]):
    """A choice among questions, in the reader's words."""

    def label_from_instance(self, obj: Question) -> str:
        """Return the question as the page shows it."""
        return obj.shown_text


class ProposalForm(SubmissionForm):
    """Base of the forms for one answer to one question of a consultation."""

    question = QuestionField(
        label=_("問い"),
        queryset=None,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("どの問いへの意見かを選んでください。")},
    )
    body = CleanTextFormField(
        label=_("意見"),
        most=BODY_MAX,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "ひとことでもかまいません。2,000文字まで書けます。名前や連絡先など、個人がわかることは書かないでください。"
        ),
        error_messages={"required": _("意見を書いてください。")},
    )
    title = OneLineFormField(label=_("見出し"), most=TITLE_MAX, required=False, help_text=_("なくてもかまいません。"))
    tags = TagsFormField(
        label=_("タグ"),
        most=TAGS_MAX,
        required=False,
        help_text=_("例：公園、子育て（5つまで。新しいことばは、市が確認してから表示されます）"),
    )
    age_band = forms.ChoiceField(label=_("年代"), required=False, choices=[*UNKNOWN, *AgeBand.choices])
    district = forms.ChoiceField(label=_("お住まいの地域"), required=False, choices=[*UNKNOWN, *District.choices])
    relation = forms.ChoiceField(label=_("調布市との関わり"), required=False, choices=[*UNKNOWN, *Relation.choices])

    field_order = [
        "question", "body", "title", "name", "nickname", "tags", "age_band", "district", "relation", "digest", "consent",
    ]  # fmt: skip

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        questions = consultation.questions.with_plain_wordings()
        cast("QuestionField", self.fields["question"]).queryset = questions
        self.asked = list(questions)
        first = next((question for question in self.asked if question.is_open), None)
        self.initial.setdefault("question", first)

    @property
    def public_name(self) -> str:
        """Return the name that stands beside the text; empty for 匿名."""
        raise NotImplementedError


class AccountProposalForm(NamedForm, ProposalForm):
    """A proposal of somebody who is signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("age_band", "district", "relation"):
            self.initial.setdefault(name, getattr(self.user, name))


class PersonalDataHintMixin(forms.Form):
    """Ask once before title and body are published when they seem to hold personal data; for texts without a preview."""

    hinted = ReturnedFormField(required=False, max_length=64)

    def clean(self) -> dict[str, Any]:
        """Return the cleaned data; ValidationError `personal_data` at `body` unless the same words were sent before."""
        data = super().clean() or self.cleaned_data
        text = f"{data.get('title', '')}\n{data.get('body', '')}"
        kinds = ModerationRule.objects.personal_hints([text])[text]
        digest = hashlib.sha256(text.encode()).hexdigest()
        if kinds and data.get("hinted") != digest:
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data[self.add_prefix("hinted")] = digest  # type: ignore[index]
            sentence = _(
                "%(kinds)sらしい文字列があります。だれでも読めるようになるので、ご自分やほかの人のものは消してください。"
                "このままでよければ、もう一度ボタンを押してください。"
            )
            self.add_error(
                "body", forms.ValidationError(sentence, code="personal_data", params={"kinds": "、".join(kinds)})
            )
        return data


class ProposalEditForm(PersonalDataHintMixin):
    """Edit of a proposal within thirty minutes."""

    body = CleanTextFormField(
        label=_("意見"),
        most=BODY_MAX,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("意見を書いてください。")},
    )
    title = OneLineFormField(label=_("見出し"), most=TITLE_MAX, required=False)


def comment_body() -> CleanTextFormField:
    """Return the field for the words of a comment."""
    return CleanTextFormField(
        label=_("コメント"),
        most=COMMENT_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("1,000文字まで書けます。相手の考えを大切にして書いてください。"),
        error_messages={"required": _("コメントを書いてください。")},
    )


class CommentForm(PersonalDataHintMixin, NamedForm):
    """A comment on a proposal, or a reply to one."""

    body = comment_body()
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**62)

    field_order = ["body", "name", "nickname", "digest", "consent"]


class ReportForm(forms.Form):
    """通報: what is wrong with a text."""

    reason = forms.ChoiceField(
        label=_("通報の理由"),
        choices=AbuseReport.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("理由を選んでください。")},
    )
    text = CleanTextFormField(
        label=_("くわしい内容"), most=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class WantedForm(forms.Form):
    """The state that a press on イイネ！ or フォロー asks for: 1 on, 0 off. Idempotent: pressing twice asks for the same."""

    wanted = forms.TypedChoiceField(choices=[("1", "1"), ("0", "0")], coerce=lambda value: value == "1")


SORTS = {
    "new": (_("新しい順"), Order(("published_at", "pk"))),
    "liked": (_("イイネ！の多い順"), Order(("like_total", "pk"))),
    "commented": (_("コメントの多い順"), Order(("comment_count", "pk"))),
    "quiet": (_("反応の少ない意見から"), Order(("shuffle", "pk"), descending=False)),
}


class ProposalFilterForm(QueryForm):
    """The filter of a consultation's proposals: words, order, question, tag, channel, reply, cursor."""

    defaults = {"sort": "new"}

    q = WordsFormField(label=_("ことばで探す"), required=False, max_length=100)
    sort = forms.ChoiceField(
        label=_("並び順"), required=False, choices=[(key, label) for key, (label, _order) in SORTS.items()]
    )
    question = forms.TypedChoiceField(label=_("問い"), required=False, coerce=int, empty_value=None)
    tag = UrlChoiceField(label=_("タグ"), required=False, queryset=None, to_field_name="slug", empty_label=_("すべて"))
    channel = forms.ChoiceField(label=_("収集経路"), required=False, choices=[("", _("すべて")), *Channel.choices])
    reply = forms.ChoiceField(label=_("市の回答"), required=False)
    cursor = ReturnedFormField(required=False, max_length=400)

    def __init__(self, data: QueryDict, *, consultation: Consultation) -> None:
        super().__init__(data, auto_id="filter_%s")
        questions = list(consultation.questions.all())
        self.offers_questions = len(questions) > 1
        cast("forms.ChoiceField", self.fields["question"]).choices = [
            ("", _("すべて")),
            *((q.number, f"{q.number}. {q.text}") for q in questions),
        ]
        cast("forms.ModelChoiceField[Tag]", self.fields["tag"]).queryset = Tag.objects.used()
        cast("forms.ChoiceField", self.fields["reply"]).choices = [
            ("", _("すべて")),
            ("replied", _("市の回答あり")),
            ("waiting", _("回答待ち")),
            *((f"status-{status.code}", status.shown_name) for status in ReplyStatus.objects.all()),
        ]


class ConsultationFilterForm(QueryForm):
    """The filter of the list of consultations: words and state."""

    q = WordsFormField(label=_("ことばで探す"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("状態"),
        required=False,
        choices=[
            ("", _("すべて")),
            ("open", _("受付中")),
            ("upcoming", _("予告")),
            ("counting", _("集計中")),
            ("answered", _("回答済")),
        ],
    )


class CommentOrderForm(forms.Form):
    """Query string of a thread: order and cursor."""

    order = forms.ChoiceField(required=False, choices=[("old", _("古い順")), ("new", _("新しい順"))])
    cursor = ReturnedFormField(required=False, max_length=400)
