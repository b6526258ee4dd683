"""Query-string forms of the word pages: the filter, the cursor, the picture's size, freezing and requesting."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import AgeBand, District, Relation
from apps.analysis.models import Snapshot, Term
from apps.analysis.services.analyses import ANALYSES
from apps.analysis.services.scope import ATTRIBUTES, Scope, WordFilter
from apps.analysis.services.word_cloud import MEASURES, day
from apps.consultations.models import Channel, ReplyStatus, Tag
from apps.core.formfields import DayFormField, OneLineFormField, ReturnedFormField, UrlChoiceField
from apps.core.types import JsonObject

ALL = ("", _("すべて"))
DAY = {"invalid": _("日付は 2025-07-01 のように入れてください。")}
PERIOD = {"since": _("%(day)sから"), "until": _("%(day)sまで")}
NOT_PUBLIC = _(
    "年代・地域・調布市との関わりごとの集計は、個人がわからないように、このページでは公開していません。"
    "受付が終わった後の「結果報告」に、5人以上の集まりの数だけを載せます。"
)
WRONG = {"invalid_choice": _("選べるものの中から選び直してください。")}


class DayInput(forms.DateInput):
    """A native date input."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class WordFilterForm(forms.Form):
    """The filter of the word pages. Staff of the consultation may also filter by one attribute of authors, alone."""

    shows_need = False

    question = forms.TypedChoiceField(
        label=_("問い"), required=False, coerce=int, empty_value=None, error_messages=WRONG
    )
    since = DayFormField(label=_("いつから"), required=False, widget=DayInput, error_messages=DAY)
    until = DayFormField(label=_("いつまで"), required=False, widget=DayInput, error_messages=DAY)
    channel = forms.ChoiceField(
        label=_("収集経路"), required=False, choices=[ALL, *Channel.choices], error_messages=WRONG
    )
    tag: Any = UrlChoiceField(
        label=_("タグ"), required=False, queryset=None, to_field_name="slug", empty_label=ALL[1], error_messages=WRONG
    )
    state = forms.ChoiceField(
        label=_("テーマの状態"),
        required=False,
        choices=[ALL, ("open", _("受付中")), ("counting", _("集計中")), ("answered", _("回答済"))],
        error_messages=WRONG,
    )
    reply = forms.ChoiceField(label=_("市の回答"), required=False, error_messages=WRONG)
    age_band = forms.ChoiceField(label=_("年代"), required=False, choices=[ALL, *AgeBand.choices], error_messages=WRONG)
    district = forms.ChoiceField(
        label=_("地域"), required=False, choices=[ALL, *District.choices], error_messages=WRONG
    )
    relation = forms.ChoiceField(
        label=_("調布市との関わり"), required=False, choices=[ALL, *Relation.choices], error_messages=WRONG
    )
    once = forms.BooleanField(label=_("ほぼ同じ文を1回だけ数える"), required=False)
    measure = forms.ChoiceField(
        label=_("大きさの基準"), required=False, choices=list(MEASURES.items()), error_messages=WRONG
    )

    def __init__(
        self, data: Mapping[str, Any], *, scope: Scope, attributes: bool = False, prefix: str | None = None
    ) -> None:
        """Offer the filter of a scope. attributes: whether the reader may filter by attributes of authors."""
        super().__init__(data, prefix=prefix, auto_id=f"{prefix or 'filter'}_%s")
        questions = list(scope.consultation.questions.all()) if scope.consultation else []
        cast("forms.ChoiceField", self.fields["question"]).choices = [
            ALL, *((q.number, f"{q.number}. {q.text}") for q in questions)
        ]  # fmt: skip
        cast("forms.ModelChoiceField[Tag]", self.fields["tag"]).queryset = Tag.objects.used()
        cast("forms.ChoiceField", self.fields["reply"]).choices = [
            ALL,
            ("replied", _("市の回答あり")),
            ("waiting", _("回答待ち")),
            *((f"status-{status.code}", status.shown_name) for status in ReplyStatus.objects.all()),
        ]
        if len(questions) < 2:
            del self.fields["question"]
        if scope.consultation:
            del self.fields["state"]
        self.offers_attributes = attributes
        if not attributes:
            for name in ATTRIBUTES:
                del self.fields[name]

    def clean(self) -> dict[str, object]:
        """Check that the period is in order, and that attributes are used by staff only, one at a time and alone."""
        data = super().clean() or self.cleaned_data
        if not self.offers_attributes and any(self.data.get(self.add_prefix(name)) for name in ATTRIBUTES):
            self.add_error(None, NOT_PUBLIC)
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", _("「いつまで」は「いつから」と同じ日か、後の日にしてください。"))
        attributes = [name for name in ATTRIBUTES if data.get(name)]
        if attributes and any(value for name, value in data.items() if name not in (*ATTRIBUTES, "measure")):
            # Two groups that differ by one day or tag would reveal the attribute of whoever wrote then.
            self.add_error(
                attributes[0],
                _("年代・地域・調布市との関わりは、個人がわからないように、ほかの条件といっしょには選べません。"),
            )
        if attributes and data.get("measure") == "families":  # a family less its members would be a group of one
            self.add_error(
                "measure", _("年代・地域・調布市との関わりで絞り込んだときは、ことばのまとまりは選べません。")
            )
        if len(attributes) > 1:
            self.add_error(
                attributes[-1], _("年代・地域・調布市との関わりは、個人がわからないように、一度に一つだけ選べます。")
            )
        return data

    @property
    def word_filter(self) -> WordFilter:
        """Return the filter."""
        return WordFilter(**{**self.cleaned_data, "measure": self.cleaned_data.get("measure") or "uses"})

    @classmethod
    def read(cls, scope: Scope, query: JsonObject) -> WordFilter:
        """Return the filter of a stored query; empty if it is no longer valid."""
        form = cls(query, scope=scope, attributes=True)
        return form.word_filter if form.is_valid() else WordFilter()

    @classmethod
    def describe(cls, scope: Scope, word_filter: WordFilter) -> str:
        """Return a filter as text: 「年代：20代」, 「2026年7月1日から、収集経路：紙」; empty if it filters nothing."""
        return (
            cls({}, scope=scope, attributes=True).in_words(word_filter)
            if word_filter.narrows or word_filter.once
            else ""
        )

    def in_words(self, word_filter: WordFilter) -> str:
        """Return the filter as text, with the labels of this form's fields."""
        parts = []
        for name, field in self.fields.items():
            value = getattr(word_filter, name)
            if not value or name == "measure":
                continue
            if name == "once":
                parts.append(str(field.label))
            elif name in PERIOD:
                parts.append(PERIOD[name] % {"day": day(value)})
            else:
                words = dict(getattr(field, "choices", ())).get(value, value) if name != "tag" else value
                parts.append(_("%(name)s：%(value)s") % {"name": field.label, "value": words})
        return str(_("、")).join(str(part) for part in parts)

    @property
    def conditions(self) -> str:
        """Return the filter as text; empty if it filters nothing or is not valid."""
        return "" if self.errors else self.in_words(self.word_filter)

    @property
    def is_narrowed(self) -> bool:
        """Return True if the filter panel is open: with a filter or errors."""
        return bool(self.errors) or self.word_filter.narrows or self.word_filter.once


class WordForm(forms.Form):
    """The pagination cursor of a word's list, the word that stands before or after it in the voices listed, and whether
    voices with compounds that hold the word are listed too (family).
    """

    cursor = ReturnedFormField(required=False, max_length=400)
    family = forms.BooleanField(required=False)
    before = ReturnedFormField(required=False, max_length=10)
    after = ReturnedFormField(required=False, max_length=10)

    @property
    def is_family(self) -> bool:
        """Return True if the voices of the whole family are listed."""
        return self.is_valid() and bool(self.cleaned_data["family"])

    @property
    def kept(self) -> dict[str, str]:
        """Return the query of the neighbour, or of the family."""
        if self.cleaned_data.get("family"):
            return {"family": "1"}
        return {name: self.cleaned_data[name] for name in ("before", "after") if self.cleaned_data.get(name)}

    @property
    def beside(self) -> tuple[str, str] | None:
        """Return (side, word) of the neighbour; None without one, or for a number that no word has."""
        for side, number in self.kept.items():
            if side == "family":
                return None
            term = Term.objects.filter(pk=number).first() if number.isdecimal() else None
            if term:
                return side, term.text
        return None


class PictureForm(forms.Form):
    """The size of a PNG."""

    size = forms.TypedChoiceField(
        required=False, choices=[("1200", "1200 × 630"), ("2400", "2400 × 1260")], coerce=int, empty_value=None
    )

    @property
    def scale(self) -> int:
        """Return the factor of 1200 × 630 pixels."""
        return (self.cleaned_data["size"] or 1200) // 1200


class FreezeForm(forms.Form):
    """The kind and title of a snapshot to freeze."""

    kind = forms.ChoiceField(choices=Snapshot.Kind.choices)
    title = OneLineFormField(label=_("題名"), most=120, required=False)


class DrawForm(forms.Form):
    """The kind of analysis to request from a worker."""

    kind = forms.ChoiceField(choices=[(name, name) for name in ANALYSES])
