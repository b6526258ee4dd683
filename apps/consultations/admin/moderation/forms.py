"""Admin forms of moderation: decision, redaction, erasure, notes."""

import hashlib
from typing import Any, cast

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.consultations.actions import Change, changes_of
from apps.consultations.forms.proposals import CleanTextFormField
from apps.consultations.models import Comment, InternalNote, ModerationCase, ModerationRule, PolicyArticle, Proposal
from apps.core import text as texts
from apps.core.formfields import NumberFormField
from apps.core.generic import ModelForm

ACTS = [
    ("approve", gettext_lazy("承認（公開する・公開を続ける）")),
    ("hide", gettext_lazy("非表示にする（非表示を続ける）")),
    ("restore", gettext_lazy("公開に戻す")),
]
SHORT, MANY_PLACES = 3, 4  # characters; places in one body: a redaction beyond these needs a confirmation
MOST = 50  # texts that one decision may cover


class SelectionForm(forms.Form):
    """The query string of the decision page: act and cases."""

    act = forms.ChoiceField(choices=ACTS)
    case: "forms.ModelMultipleChoiceField[ModerationCase]" = forms.ModelMultipleChoiceField(queryset=None)

    def __init__(self, data: QueryDict, *, user: User | AnonymousUser) -> None:
        super().__init__(data)
        visible = ModerationCase.objects.visible_to(user).for_queue()
        cast("forms.ModelMultipleChoiceField[ModerationCase]", self.fields["case"]).queryset = visible


class DecisionForm(forms.Form):
    """The article, and a note for colleagues."""

    article: "forms.ModelChoiceField[PolicyArticle]" = forms.ModelChoiceField(
        label=gettext_lazy("理由（運用ポリシー）"),
        queryset=None,
        empty_label=None,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("投稿のあった場所に公開され、本人にも伝わります。"),
        error_messages={"required": gettext_lazy("理由を選んでください。")},
    )
    note = CleanTextFormField(
        label=gettext_lazy("内部メモ"),
        most=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("職員だけが見ます。本人には伝わりません。"),
    )

    def __init__(self, *args: Any, act: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if act == "hide":
            cast(
                "forms.ModelChoiceField[PolicyArticle]", self.fields["article"]
            ).queryset = PolicyArticle.objects.in_force()
        else:
            del self.fields["article"]


class NoteForm(forms.Form):
    """Why the moderators should look at a text."""

    detail = CleanTextFormField(
        label=gettext_lazy("確認してほしいこと"),
        most=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("確認してほしいことを書いてください。")},
    )


class RedactForm(forms.Form):
    """Redaction (伏せる): the part that names somebody, previewed first."""

    part = CleanTextFormField(
        label=gettext_lazy("伏せる部分"),
        most=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "本文からそのまま写してください。見出し、本文、編集前の文の、同じことばがすべて「●●（個人情報のため）」になります。"
            "全角・半角などの違いは区別しません。次の画面で、変わるところを確かめてから伏せます。"
        ),
        error_messages={"required": gettext_lazy("伏せる部分を書いてください。")},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)  # which preview was looked at
    sure = forms.BooleanField(
        label=gettext_lazy("変わるところを、すべて確かめました。"),
        required=False,
    )

    def __init__(self, *args: Any, text: Proposal | Comment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text
        self.changes: list[Change] = []

    def clean_part(self) -> str:
        """Check that the part occurs in the text and has two characters or more."""
        part: str = self.cleaned_data["part"]
        if texts.count_characters(part) < 2:
            raise forms.ValidationError(
                _(
                    "1文字だけでは、関係のないことばまで伏せてしまいます。前後の文字を含めて、2文字以上を写してください。"
                )
            )
        self.changes = changes_of(self.text, part)
        if not self.wordings:
            raise forms.ValidationError(_("この部分は、本文にも見出しにも見つかりません。"))
        return part

    @property
    def wordings(self) -> list[Change]:
        """Return the changes of the text itself."""
        return [change for change in self.changes if change.is_wording]

    @property
    def places(self) -> int:
        """Return the number of places in the text and its earlier wordings."""
        return sum(change.places for change in self.wordings)

    @property
    def copies(self) -> int:
        """Return how many quotes elsewhere change."""
        return len(self.changes) - len(self.wordings)

    @property
    def doubts(self) -> list[str]:
        """Return warnings: why this redaction may take away more than intended."""
        part = self.cleaned_data["part"]
        sentences = []
        if self.cleaned_data["seen"] not in {"", self.digest}:
            sentences.append(_("そのあいだに文が変わりました。もう一度、変わるところを確かめてください。"))
        if texts.count_characters(part) < SHORT:
            sentences.append(_("短いことばです。ほかのことばの一部まで伏せていないか、確かめてください。"))
        body = next((change for change in self.wordings if change.column == "body" and change.row == self.text), None)
        if body and body.places >= MANY_PLACES:
            sentences.append(_("本文の%(n)dか所が変わります。") % {"n": body.places})
        if body and body.places * len(part) * 3 > len(body.before):
            sentences.append(_("本文の3分の1より多くが伏せられます。"))
        return sentences

    @property
    def digest(self) -> str:
        """Return a hash of exactly these changes."""
        seen = [(change.label, change.before, change.after) for change in self.changes]
        return hashlib.sha256(repr(seen).encode()).hexdigest()

    @property
    def is_agreed(self) -> bool:
        """Return True if exactly these changes were previewed, and confirmed where there are warnings."""
        looked = self.cleaned_data["seen"] == self.digest
        if looked and self.doubts and not self.cleaned_data["sure"]:
            self.add_error("sure", _("変わるところを確かめて、チェックを入れてください。"))
        return looked and not self.errors


class EraseForm(forms.Form):
    """Erasure request (完全削除を頼む): article, reason and a confirmation; another person confirms."""

    article: "forms.ModelChoiceField[PolicyArticle]" = forms.ModelChoiceField(
        label=gettext_lazy("理由（運用ポリシー）"),
        queryset=None,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("理由を選んでください。")},
    )
    reason = CleanTextFormField(
        label=gettext_lazy("完全に削除する根拠"),
        most=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("監査記録に残ります。消す文のことばや、個人がわかることは書かないでください。"),
        error_messages={"required": gettext_lazy("根拠を書いてください。")},
    )
    sure = forms.BooleanField(
        label=gettext_lazy("削除したあとは元に戻せないことを確かめました。完全な削除を頼みます。"),
        error_messages={"required": gettext_lazy("確かめたうえで、チェックを入れてください。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(
            "forms.ModelChoiceField[PolicyArticle]", self.fields["article"]
        ).queryset = PolicyArticle.objects.in_force()


class InternalNoteForm(ModelForm[InternalNote]):
    """An internal note (内部メモ) on a proposal that the user manages, named by its code."""

    code = NumberFormField(
        label=gettext_lazy("意見の番号"),
        max_length=12,
        error_messages={"required": gettext_lazy("意見の番号を書いてください。")},
    )

    class Meta:
        model = InternalNote
        fields = ("code", "body")

    user: User  # set by the admin for each request

    def clean_code(self) -> str:
        """Check that the user manages the proposal."""
        proposal = Proposal.objects.worked_on_by(self.user).get_by_code_or_none(self.cleaned_data["code"])
        if proposal is None:
            raise forms.ValidationError(_("担当するテーマに、この番号の意見はありません。"))
        self.instance.proposal = proposal
        return proposal.code


class TrialForm(forms.Form):
    """A text on which a screening rule is tried, and an earlier or another text for rules that compare."""

    text = CleanTextFormField(
        label=gettext_lazy("試す文"),
        most=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("試す文を書いてください。")},
    )
    other = CleanTextFormField(
        label=gettext_lazy("比べる文"),
        most=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "「同じ内容の繰り返し」では前の投稿、「ほかの人と同じ文」ではほかの人の投稿として比べます。"
        ),
    )

    def __init__(self, data: QueryDict | None, *, rule: ModerationRule) -> None:
        super().__init__(data)
        self.rule = rule
        if rule.kind not in {ModerationRule.Kind.REPEATED, ModerationRule.Kind.SAME_TEXT}:
            del self.fields["other"]

    @property
    def findings(self) -> list[str]:
        """Return what the rule finds, as its cases say it; empty if it finds nothing."""
        other = self.cleaned_data.get("other") or ""
        others = [(_("比べる文"), other)] if other else []
        return self.rule.findings(self.cleaned_data["text"], [other] if other else [], others)
