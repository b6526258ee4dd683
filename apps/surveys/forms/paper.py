"""Forms of answers on paper: all questions on one page, where two entries differ, which sheets are listed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.formfields import ReturnedFormField
from apps.core.query_forms import QueryForm
from apps.core.submission import SubmitKeyMixin
from apps.surveys.forms.page import PageForm
from apps.surveys.models import PaperSheet, SurveyQuestion
from apps.surveys.services.answer_words import lines_of

STATES = [
    ("waiting", _("確認の入力待ち")), ("differing", _("相違あり")), ("checked", _("確認済み")), ("void", _("数えない")),
]  # fmt: skip
SIDES = [("first", _("一回目")), ("second", _("二回目"))]


class SheetListForm(QueryForm):
    """Query string of the list of sheets."""

    state = forms.ChoiceField(required=False, choices=STATES)
    cursor = ReturnedFormField(required=False, max_length=400)


class PaperForm(PageForm):
    """One sheet as it is typed in. On paper nobody is held to answer, so nothing is required here."""

    def __init__(self, *args: Any, questions: list[SurveyQuestion], **kwargs: Any) -> None:
        for question in questions:
            question.is_required = False
            if question.kind == SurveyQuestion.Kind.SEVERAL:
                question.least = None
        super().__init__(*args, questions=questions, **kwargs)


class FirstEntryForm(SubmitKeyMixin, PaperForm):
    """The first entry, or the reason why the sheet is not counted."""

    void_reason = forms.ChoiceField(
        label=_("この用紙を数えない理由"), required=False, choices=[("", _("数える")), *PaperSheet.Void.choices],
        help_text=_("理由を選ぶと、答えは保存せず、数えない用紙として枚数だけを残します。"),
    )  # fmt: skip


class VoidForm(forms.Form):
    """Why a sheet is not counted."""

    reason = forms.ChoiceField(label=_("数えない理由"), choices=PaperSheet.Void.choices)


class DecisionForm(forms.Form):
    """Which of two entries is right, question by question."""

    def __init__(self, *args: Any, sheet: PaperSheet, questions: list[SurveyQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = set(sheet.differing)
        entries = {"first": sheet.first, "second": sheet.second or {}}
        self.keys = [question.key for question in questions if question.key in wanted]
        for question in questions:
            if question.key not in wanted:
                continue
            choices = [(side, _said(question, entries[side].get(question.key), words)) for side, words in SIDES]
            self.fields[f"pick_{question.key}"] = forms.ChoiceField(
                label=str(question), widget=forms.RadioSelect, choices=[*choices, ("none", _("どちらでもない（無回答にする）"))],
                error_messages={"required": _("どちらが紙のとおりかを選んでください。")},
            )  # fmt: skip

    @property
    def picks(self) -> dict[str, str]:
        """Return what was chosen, by the key of the question."""
        return {key: self.cleaned_data[f"pick_{key}"] for key in self.keys}


def _said(question: SurveyQuestion, answer: dict[str, Any] | None, side: object) -> str:
    """Return an entry in words, with which of the two it is."""
    return f"{side}：{'／'.join(lines_of(question, answer or {})) or _('無回答')}"
