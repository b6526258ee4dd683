"""Forms of the board on which staff sort the proposals of a consultation into topics."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.consultations.forms.proposals import WordsFormField
from apps.consultations.models import Consultation, Topic
from apps.core.code_lookup import parse_number
from apps.core.formfields import CleanTextFormField, ReturnedFormField
from apps.core.query_forms import QueryForm

TITLE_MAX = 80


class BoardForm(QueryForm):
    """What the board shows: proposals in no topic, or of one topic; words, question, those like one of them, cursor."""

    shown = forms.ChoiceField(label=_("見る意見"), required=False)
    q = WordsFormField(label=_("ことば・番号"), required=False, max_length=100)
    ask = forms.TypedChoiceField(label=_("問い"), required=False, coerce=int, empty_value=None)
    like = ReturnedFormField(required=False, max_length=12)
    cursor = ReturnedFormField(required=False, max_length=400)

    def __init__(self, data: QueryDict, *, consultation: Consultation, topics: list[Topic]) -> None:
        super().__init__(data, auto_id="board_%s", label_suffix="")
        shown = [("", _("未分類")), *((topic.code, f"{topic.code} {topic.title}") for topic in topics)]
        questions = [(row.number, f"{row.number} {row.text[:40]}") for row in consultation.questions.all()]
        cast("forms.ChoiceField", self.fields["shown"]).choices = shown
        cast("forms.ChoiceField", self.fields["ask"]).choices = [("", _("すべて")), *questions]
        self.topics = {topic.code: topic for topic in topics}

    @property
    def source(self) -> Topic | None:
        """Return the topic whose proposals are shown; None for those in no topic."""
        return self.topics.get(self.values["shown"])


class CodesField(forms.MultipleChoiceField):
    """The codes that were chosen on a page; which of them may still be moved, the action says under its locks."""

    def valid_value(self, value: str) -> bool:
        """Return whether it is a code at all."""
        return bool(parse_number(value[:40]))


class SortForm(forms.Form):
    """Which proposals go where: into a topic, a new one, or back to those in none."""

    voices = CodesField(label=_("意見"), required=False)
    every = forms.IntegerField(required=False, min_value=0, max_value=10**6)
    target = forms.ChoiceField(label=_("入れる論点"), required=False)
    title = CleanTextFormField(label=_("新しい論点"), required=False, most=TITLE_MAX)
    one = ReturnedFormField(required=False, max_length=40)  # a suggestion that was pressed: one proposal and its topic

    def __init__(self, data: QueryDict | None, *, board: BoardForm) -> None:
        super().__init__(data, auto_id="sort_%s", label_suffix="")
        self.board = board
        others = [topic for topic in board.topics.values() if topic != board.source]
        back = [("none", _("未分類に戻す"))] if board.source else []
        choices = [("", _("選んでください")), *((row.code, f"{row.code} {row.title}") for row in others), *back]
        cast("forms.ChoiceField", self.fields["target"]).choices = choices

    def clean(self) -> dict[str, Any]:
        """Read a suggestion that was pressed; require one place to go to."""
        data = super().clean() or self.cleaned_data
        code, _sign, topic = data.get("one", "").partition(" ")
        if topic in self.board.topics and parse_number(code):
            return {**data, "voices": [code], "target": topic, "title": "", "every": None}
        if data.get("target") and (data.get("title") or "").strip():
            self.add_error("title", _("論点を選ぶか、新しい論点を書くか、どちらか一つにしてください。"))
        elif not data.get("target") and not (data.get("title") or "").strip() and not self.errors:
            self.add_error("target", _("入れる論点を選ぶか、新しい論点を書いてください。"))
        return data

    @property
    def target_topic(self) -> Topic | None:
        """Return the chosen topic; None for a new one and for 未分類."""
        return self.board.topics.get(self.cleaned_data["target"])
