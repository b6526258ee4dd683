"""Forms of the admin site: a survey, a question with its options as lines."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.admin_dates import DayField
from apps.core.formfields import CleanTextFormField, ListFormField, OneLineFormField
from apps.core.generic import ModelForm
from apps.core.text import UnwantedCharacter, clean_line
from apps.surveys.actions.letters import LETTERS_MOST
from apps.surveys.models import Survey, SurveyOption, SurveyQuestion

OPTION_MOST, OPTIONS_MOST = 120, 60
Kind = SurveyQuestion.Kind


class SurveyForm(ModelForm[Survey]):
    """The facts of a survey. Its constraints say what contradicts."""

    class Meta:
        model = Survey
        fields = (
            "title", "slug", "department", "kind", "purpose", "audience", "population", "sampling", "privacy", "thanks",
            "opens_on", "closes_on",
        )  # fmt: skip
        field_classes = dict.fromkeys(("opens_on", "closes_on"), DayField)


class LinesField(ListFormField):
    """Lines of which each is one option."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 6}), **kwargs)

    def clean(self, value: Any) -> list[str]:
        """Return the lines without empty ones; raises ValidationError for a long line and for two that are the same."""
        try:
            lines = [clean_line(line) for line in str(super().clean(value)).splitlines()]
        except UnwantedCharacter as error:
            raise forms.ValidationError(_("使えない文字が含まれています。"), code="unwanted") from error
        lines = [line for line in lines if line]
        if any(len(line) > OPTION_MOST for line in lines):
            raise forms.ValidationError(_("一行は%(n)d文字までにしてください。") % {"n": OPTION_MOST})
        if len(lines) > OPTIONS_MOST:
            raise forms.ValidationError(_("%(n)d行までにしてください。") % {"n": OPTIONS_MOST})
        if len(set(lines)) < len(lines):
            raise forms.ValidationError(_("同じ行があります。"))
        return lines


class QuestionForm(ModelForm[SurveyQuestion]):
    """A question; its options are lines of text, because forty items are pasted and not clicked."""

    texts = LinesField(
        label=gettext_lazy("選択肢（1行に1つ）"),
        help_text=gettext_lazy("一つ選ぶ・いくつか選ぶ・順位：選択肢。マトリックス：列の見出し。段階・地域では書きません。"),
    )  # fmt: skip
    other = OneLineFormField(
        label=gettext_lazy("書き込み欄のある選択肢"), required=False, most=OPTION_MOST,
        help_text=gettext_lazy("例：その他。空なら作りません。"),
    )  # fmt: skip
    exclusive = LinesField(
        label=gettext_lazy("ほかと一緒に選べない選択肢（1行に1つ）"), help_text=gettext_lazy("例：特にない、わからない")
    )
    rows = LinesField(label=gettext_lazy("マトリックスの項目（1行に1つ）"))

    class Meta:
        model = SurveyQuestion
        fields = (
            "survey", "number", "page", "kind", "text", "help", "is_required", "least", "most", "low_words", "high_words",
            "shown_if",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = list(self.instance.options.all()) if self.instance.pk else []
        plain = [one for one in options if not one.is_row and not one.has_text and not one.is_exclusive]
        self.initial.setdefault("texts", _lines(plain))
        self.initial.setdefault("other", "".join(one.text for one in options if one.has_text))
        self.initial.setdefault("exclusive", _lines([one for one in options if one.is_exclusive]))
        self.initial.setdefault("rows", _lines([one for one in options if one.is_row]))
        if "shown_if" in self.fields:
            offered = SurveyOption.objects.filter(is_row=False, question__kind__in=[Kind.ONE, Kind.SEVERAL])
            survey = self.instance.survey_id or self.initial.get("survey") or self.data.get("survey")
            of_survey = survey if str(survey).isdecimal() else None
            field = cast("forms.ModelChoiceField[SurveyOption]", self.fields["shown_if"])
            field.queryset = (
                offered.filter(question__survey=of_survey).exclude(question=self.instance.pk).select_related("question")
                .order_by("question__page", "question__number", "number")
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Refuse one wording in two places."""
        data = super().clean() or self.cleaned_data
        texts = [*(data.get("texts") or []), *filter(None, [data.get("other")]), *(data.get("exclusive") or [])]
        if len(set(texts)) < len(texts):
            self.add_error("texts", _("同じ選択肢が二つあります。"))
        return data

    @property
    def options(self) -> dict[str, Any]:
        """Return the arguments of the verb that writes the options."""
        return {
            name: self.cleaned_data.get(name) or ("" if name == "other" else [])
            for name in ("texts", "other", "exclusive", "rows")
        }


def _lines(options: list[SurveyOption]) -> str:
    """Return options as the lines in which they are typed."""
    return "\n".join(option.text for option in options)


class LettersForm(forms.Form):
    """How many codes of letters, and as which file."""

    count = forms.IntegerField(label=gettext_lazy("作る数"), min_value=1, max_value=LETTERS_MOST)
    kind = forms.ChoiceField(
        label=gettext_lazy("ファイル"),
        widget=forms.RadioSelect,
        initial="xlsx",
        choices=[
            ("xlsx", gettext_lazy("一覧（Excel）：印刷会社に渡す")),
            ("pdf", gettext_lazy("切って入れる紙（PDF）：QRコードつき")),
        ],
    )


class TyposForm(forms.Form):
    """The words of a question and of its options, and what was misspelt."""

    text = CleanTextFormField(label=gettext_lazy("問いの文"), most=400, widget=forms.Textarea(attrs={"rows": 3}))
    reason = OneLineFormField(
        label=gettext_lazy("何を直したか"), most=200, help_text=gettext_lazy("監査記録に残ります。")
    )

    def __init__(self, *args: Any, question: SurveyQuestion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(question.options.all())
        self.initial.setdefault("text", question.text)
        for row in self.rows:
            self.fields[f"option_{row.pk}"] = OneLineFormField(
                label=_("選択肢 %(number)d") % {"number": row.number}, most=OPTION_MOST, initial=row.text
            )
        self.order_fields(["text", *(f"option_{row.pk}" for row in self.rows), "reason"])

    @property
    def options(self) -> dict[int, str]:
        """Return the words of the options by the key of their row."""
        return {row.pk: self.cleaned_data[f"option_{row.pk}"] for row in self.rows}
