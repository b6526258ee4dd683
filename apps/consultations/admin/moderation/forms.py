"""What moderators type: the decision, the part to hide, the reason of an erasure, a note."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.consultations.forms.voices import CleanTextFormField
from apps.consultations.models import InternalNote, ModerationCase, PolicyArticle, Proposal
from apps.core import text as texts
from apps.core.formfields import NumberFormField

ACTS = [
    ("approve", gettext_lazy("承認（公開する・公開を続ける）")),
    ("hide", gettext_lazy("非表示にする（非表示を続ける）")),
    ("restore", gettext_lazy("公開に戻す")),
]
MOST = 50  # texts that one decision covers: more are not read


class ChosenForm(forms.Form):
    """What stands in the address of the page that asks: what shall be done, and with which cases."""

    act = forms.ChoiceField(choices=ACTS)
    case: Any = forms.ModelMultipleChoiceField(queryset=None)

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data)
        visible = ModerationCase.objects.visible_to(user).for_queue()
        cast("forms.ModelMultipleChoiceField", self.fields["case"]).queryset = visible


class DecisionForm(forms.Form):
    """Why: the article, and a note for colleagues."""

    article: Any = forms.ModelChoiceField(
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
            cast("forms.ModelChoiceField", self.fields["article"]).queryset = PolicyArticle.objects.in_force()
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
    """伏せる: the part that names somebody, as it stands in the text."""

    part = CleanTextFormField(
        label=gettext_lazy("伏せる部分"),
        most=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "本文からそのまま写してください。見出し、本文、編集前の文の、同じことばがすべて「●●（個人情報のため）」になります。"
            "全角・半角などの違いは区別しません。元には戻せません。"
        ),
        error_messages={"required": gettext_lazy("伏せる部分を書いてください。")},
    )

    def __init__(self, *args: Any, wordings: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wordings = wordings

    def clean_part(self) -> str:
        """The part stands somewhere in the text."""
        part = self.cleaned_data["part"]
        if not any(texts.spans_of(part, wording) for wording in self.wordings):
            raise forms.ValidationError(_("この部分は、本文にも見出しにも見つかりません。"))
        return part


class EraseForm(forms.Form):
    """完全削除: the reason, under which article, and a second yes."""

    article: Any = forms.ModelChoiceField(
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
        label=gettext_lazy("元に戻せないことを確かめました。完全に削除します。"),
        error_messages={"required": gettext_lazy("確かめたうえで、チェックを入れてください。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField", self.fields["article"]).queryset = PolicyArticle.objects.in_force()


class InternalNoteForm(forms.ModelForm):
    """内部メモ on a proposal that the person works on, named by its number."""

    code = NumberFormField(
        label=gettext_lazy("意見の番号"),
        max_length=12,
        error_messages={"required": gettext_lazy("意見の番号を書いてください。")},
    )

    class Meta:
        model = InternalNote
        fields = ("code", "body")

    user: Any = None  # set by the admin for each request

    def clean_code(self) -> str:
        """The proposal is one that the person works on."""
        proposal = Proposal.objects.worked_on_by(self.user).filter_code(self.cleaned_data["code"])
        if proposal is None:
            raise forms.ValidationError(_("担当するテーマに、この番号の意見はありません。"))
        self.instance.proposal = proposal
        return proposal.code
