"""Forms of the plans: query strings of the public pages, and what staff type into a sheet."""

from typing import Any, ClassVar, Self, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.core.fiscal import fiscal_label
from apps.core.formfields import (
    CleanTextFormField,
    DayFormField,
    ListFormField,
    OneLineFormField,
    ReturnedFormField,
    WordsFormField,
)
from apps.core.generic import ModelForm
from apps.core.query_forms import QueryForm
from apps.plans.models import (
    Block,
    Evidence,
    Grade,
    LineAnswer,
    Metric,
    MetricValue,
    PlanSheet,
    ProgressMark,
    SheetLine,
)
from apps.plans.models.constants import RESULT_BLOCKS, STAGES, Whereabouts

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TreeFilterForm(QueryForm):
    """The filter of a year's sheets: words, department, grade."""

    q = WordsFormField(label=_("ことば"), required=False, max_length=100)
    department = forms.ChoiceField(label=_("担当課"), required=False)
    grade = forms.ChoiceField(label=_("年次評価"), required=False)

    def __init__(self, *args: Any, sheets: list[PlanSheet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict.fromkeys(name for sheet in sheets for name in sheet.facts["departments"])
        grades = sorted({sheet.facts["grade"]["code"]: sheet.facts["grade"]["words"] for sheet in sheets}.items())
        every = [("", _("すべて"))]
        self.fields["department"] = forms.ChoiceField(
            label=_("担当課"), required=False, choices=[*every, *((name, name) for name in names)]
        )
        self.fields["grade"] = forms.ChoiceField(
            label=_("年次評価"),
            required=False,
            choices=[*every, *((code, f"{code}（{words}）") for code, words in grades)],
        )


class EditionForm(forms.Form):
    """`?edition=n`: an earlier edition; anything else means the last."""

    edition = forms.IntegerField(required=False, min_value=1, max_value=9999)

    def number(self) -> int | None:
        """Return the edition, None for the last."""
        self.is_valid()
        return self.cleaned_data.get("edition")


class BlockForm(forms.Form):
    """The text of one block and the version that was on the screen."""

    block = forms.ChoiceField(choices=Block.choices)
    version = forms.IntegerField(min_value=0, max_value=2_000_000_000)
    text = ListFormField(required=False, most=200_000)


class UniqueIdsMixin:
    """Prefix the ids of the controls by the form's name: the editor's page holds several forms with equal fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{type(self).__name__}-%s", **kwargs})


class OutlookForm(UniqueIdsMixin, forms.Form):
    """進捗見込."""

    outlook = forms.ModelChoiceField(
        label=_("年度別計画に対する今年度の進捗見込"), queryset=ProgressMark.objects.all(), required=False
    )


class GradeForm(UniqueIdsMixin, forms.Form):
    """年次評価, its reason and what is done next."""

    grade = forms.ModelChoiceField(label=_("年次評価"), queryset=Grade.objects.all(), required=False)
    reason = CleanTextFormField(label=_("評価の理由"), required=False, most=2000, widget=forms.Textarea)
    next_action = CleanTextFormField(label=_("今後の対応"), required=False, most=2000, widget=forms.Textarea)

    @classmethod
    def of(cls, sheet: PlanSheet, data: QueryDict | None = None) -> Self:
        """Return the form of a sheet: bound to `data` where there is any, with the stored grade as initial."""
        stored = {"grade": sheet.grade, "reason": sheet.grade_reason, "next_action": sheet.next_action}
        return cls(data, initial=stored)


class EvidenceForm(UniqueIdsMixin, ModelForm[Evidence]):
    """One thing that the grade rests on."""

    class Meta:
        model = Evidence
        fields = ("kind", "title", "url", "dated_on")
        widgets = {"dated_on": DAY}
        field_classes = {"dated_on": DayFormField}

    url = forms.URLField(label=_("アドレス"), required=False, max_length=400, assume_scheme="https")


class AnswersForm(UniqueIdsMixin, forms.Form):
    """For each plan line: what became of it and the result lines that say so."""

    version = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: list[SheetLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        results = [(line.pk, f"{line}") for line in lines if line.block in RESULT_BLOCKS]
        self.plan_lines = [line for line in lines if line.is_plan]
        for line in self.plan_lines:
            answers = list(line.answers.all())
            self.fields[f"outcome-{line.pk}"] = forms.ChoiceField(
                label=_("実施の状況"),
                choices=[("", _("未記入")), *LineAnswer.Outcome.choices],
                required=False,
                initial=answers[0].outcome if answers else "",
            )
            self.fields[f"results-{line.pk}"] = forms.TypedMultipleChoiceField(
                label=_("対応する実績"),
                choices=results,
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=[answer.result_line_id for answer in answers if answer.result_line_id],
            )

    def rows(self) -> list[tuple[SheetLine, forms.BoundField, forms.BoundField]]:
        """Return each plan line with its two bound fields: outcome, results."""
        return [(line, self[f"outcome-{line.pk}"], self[f"results-{line.pk}"]) for line in self.plan_lines]

    def answers(self) -> dict[int, tuple[str, list[int]]]:
        """Return {id of the plan line: (outcome, ids of result lines)}."""
        data = self.cleaned_data
        return {line.pk: (data[f"outcome-{line.pk}"], data[f"results-{line.pk}"]) for line in self.plan_lines}


class ReasonForm(UniqueIdsMixin, forms.Form):
    """Why a sheet is opened again or corrected; `stage` only for opening."""

    reason = CleanTextFormField(label=_("理由"), required=False, most=400, widget=forms.Textarea)
    verb = ReturnedFormField(required=False, max_length=20)
    # Which confirmed sheet was looked at as everybody will read it, or which hand-in the stage was confirmed from.
    seen = ReturnedFormField(required=False, max_length=60)
    stage = forms.ChoiceField(label=_("開き直す段階"), choices=[(s.value, s.label) for s in STAGES], required=False)


class HandInForm(UniqueIdsMixin, forms.Form):
    """提出, its withdrawal, or 差戻し with a reason."""

    hand_verb = forms.ChoiceField(choices=[("submit", ""), ("withdraw", ""), ("send_back", "")])
    reason = CleanTextFormField(label=_("差戻しの理由"), required=False, most=400, widget=forms.Textarea)


class WordingForm(forms.Form):
    """The earlier wording of a block to restore, and the version of the block on the screen."""

    wording = forms.IntegerField(min_value=1, max_value=2**31)
    version = forms.IntegerField(min_value=0, max_value=2**31)


class ReportForm(forms.Form):
    """For which year a report is made."""

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"] = forms.TypedChoiceField(
            label=_("年度"), choices=[(year, fiscal_label(year)) for year in years], coerce=int
        )


class BoardForm(forms.Form):
    """A button of the board: which year, whether it is opened or removed, and whether its effect was looked at."""

    year = forms.IntegerField(min_value=2000, max_value=2099)
    verb = forms.ChoiceField(choices=[("open", ""), ("remove", "")], required=False)
    seen = forms.BooleanField(required=False)


class DeskForm(QueryForm):
    """The overview of a year: which year, and narrowed to with whom the sheets are."""

    year = forms.IntegerField(min_value=2000, max_value=2099, required=False)
    state = forms.ChoiceField(choices=Whereabouts.choices, required=False)


class BulkForm(forms.Form):
    """Which sheets of a year go on together, and what of each was looked at."""

    def __init__(self, *args: Any, sheets: list[PlanSheet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ids = [sheet.pk for sheet in sheets]
        for pk in self.ids:
            self.fields[f"pick-{pk}"] = forms.BooleanField(required=False)
            self.fields[f"key-{pk}"] = ReturnedFormField(required=False, max_length=60)

    def seen(self) -> dict[int, str]:
        """Return {id: key} of the sheets that were chosen."""
        data = self.cleaned_data
        return {pk: data[f"key-{pk}"] for pk in self.ids if data[f"pick-{pk}"]}


class BulkWishForm(QueryForm):
    """Which year, and whether its sheets are confirmed or published."""

    defaults: ClassVar[dict[str, object]] = {"year": None, "verb": "confirm"}

    year = forms.IntegerField(min_value=2000, max_value=2099, required=False)
    verb = forms.ChoiceField(choices=[("confirm", ""), ("publish", "")], required=False)


class MemoForm(UniqueIdsMixin, forms.Form):
    """引継ぎメモ."""

    text = CleanTextFormField(label=_("引継ぎメモ"), required=False, most=2000, widget=forms.Textarea)


class LinkForm(UniqueIdsMixin, forms.Form):
    """A line (or the whole sheet) and the target of the link."""

    line = forms.TypedChoiceField(label=_("シートの行"), coerce=int, empty_value=None, required=False)
    kind = forms.ChoiceField(
        label=_("種類"),
        choices=[
            ("proposal", _("市民の声（番号：C25-0142）")),
            ("topic", _("論点（番号）")),
            ("consultation", _("テーマ（アドレス名）")),
            ("project", _("協議会の取組（アドレス名）")),
            ("indicator", _("指標（アドレス名）")),
        ],
    )
    key = OneLineFormField(
        label=_("番号・アドレス名"),
        most=80,
        error_messages={"required": _("番号かアドレス名を書いてください。")},
    )

    def __init__(self, *args: Any, lines: list[SheetLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(line.pk, f"{line}"[:60]) for line in lines]
        cast("forms.TypedChoiceField", self.fields["line"]).choices = [("", _("シート全体")), *offered]


class FileForm(UniqueIdsMixin, forms.Form):
    """An uploaded workbook."""

    file = forms.FileField(
        label=_("書き出して直した Excel ファイル"),
        error_messages={"required": _("ファイルを選んでください。"), "empty": _("ファイルが空です。")},
    )


class FigureForm(UniqueIdsMixin, ModelForm[MetricValue]):
    """A figure that a line of the sheet names (参加者44人, 64.2％); with one of its own series, or one that begins here."""

    change = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    title = OneLineFormField(
        label=_("新しい系列の名称（上にないとき）"), required=False, most=80, help_text=_("例：講座の参加者")
    )
    unit = OneLineFormField(label=_("新しい系列の単位"), required=False, most=12, help_text=_("例：人、％、件"))

    class Meta:
        model = MetricValue
        fields = ("metric", "year", "value", "as_of", "line")
        widgets = {"as_of": DAY}
        field_classes = {"as_of": DayFormField}

    field_order = ("change", "line", "metric", "title", "unit", "year", "value", "as_of")

    def __init__(self, *args: Any, sheet: PlanSheet, lines: list[SheetLine], **kwargs: Any) -> None:
        kwargs["instance"] = kwargs.get("instance") or MetricValue(sheet=sheet)
        kwargs["initial"] = {"year": sheet.year, "change": kwargs["instance"].pk} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        metric, line = (cast("forms.ModelChoiceField[Any]", self.fields[name]) for name in ("metric", "line"))
        metric.queryset, metric.required = Metric.objects.filter(plan=sheet.plan), False
        line.queryset = sheet.lines.all()
        line.choices = [("", _("行を選ばない")), *((choice.pk, f"{choice}"[:60]) for choice in lines)]

    def clean(self) -> dict[str, object]:
        """Require a series, chosen or new."""
        data = super().clean() or self.cleaned_data
        if not data.get("metric") and not (data.get("title") and data.get("unit")):
            self.add_error("metric", _("系列を選ぶか、新しい系列の名称と単位の両方を書いてください。"))
        return data

    @property
    def is_wanted(self) -> bool:
        """Return whether the form is opened: a figure was asked for, or one came back with errors."""
        return self.is_bound or bool(self.instance.pk) or self.initial.get("value") is not None

    def begins(self) -> tuple[str, str] | None:
        """Return title and unit of the series that begins with this figure; None where one was chosen."""
        data = self.cleaned_data
        return None if data["metric"] else (data["title"], data["unit"])


class FigureWishForm(QueryForm):
    """`?line=&place=`: a figure found in a line; `?change=`: one that is stored. Anything else is None."""

    defaults = {"line": None, "place": None, "change": None}

    line = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    place = forms.IntegerField(required=False, min_value=0, max_value=999)
    change = forms.IntegerField(required=False, min_value=1, max_value=2**62)


class RemovalForm(forms.Form):
    """The id of the row that a button removes."""

    remove = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    @property
    def key(self) -> int | None:
        """Return the id; None when nothing, or no number, was sent."""
        self.is_valid()
        return self.cleaned_data.get("remove")
