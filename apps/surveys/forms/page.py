"""The form of one page of a questionnaire: its questions as plain fields, which need no JavaScript."""

from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from apps.core.admin_dates import DayField
from apps.core.formfields import CleanTextFormField, OneLineFormField
from apps.surveys.models import SurveyQuestion
from apps.surveys.services.answer_words import how

SHORT_MOST, LONG_MOST, OTHER_MOST = 100, 2000, 100
Kind = SurveyQuestion.Kind
LIMIT = 10**9
UNSAID = "unsaid"  # chosen to take a choice back


def name_of(question: SurveyQuestion, part: str = "") -> str:
    """Return the name of a question's field: `q12`, `q12_other`, `q12_row3`, `q12_rank1`."""
    return f"q{question.number}{part and '_' + part}"


class PageForm(forms.Form):
    """The questions of one page. `answers` is what was said, by the numbers of the questions."""

    def __init__(self, *args: Any, questions: list[SurveyQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields.update(fields_of(question))

    @property
    def groups(self) -> list[tuple[SurveyQuestion, list[BoundField]]]:
        """Return each question with its fields as the page draws them."""
        return [(question, [self[name] for name in fields_of(question)]) for question in self.questions]

    def clean(self) -> dict[str, Any]:
        """Check what concerns several choices or fields of a question."""
        for question in self.questions:
            if sentence := self._wrong(question):
                self.add_error(next(iter(fields_of(question))), sentence)
        return self.cleaned_data

    def _wrong(self, question: SurveyQuestion) -> str:
        """Return the sentence of what is wrong with the answer to a question as a whole; an empty text for nothing."""
        if question.kind == Kind.SEVERAL:
            return self._wrong_several(question)
        if question.kind == Kind.ONE:
            return self._wrong_other(question, _chosen(self.cleaned_data.get(name_of(question))))
        if question.kind == Kind.RANKING:
            ranks = [self.cleaned_data.get(name_of(question, f"rank{n}")) for n in range(1, question.ranks + 1)]
            given = [rank for rank in ranks if rank]
            if len(set(given)) < len(given):
                return _("同じものを二つの順位に選んでいます。")
            if ranks[: len(given)] != given:
                return _("順位は、1位から順に選んでください。")
        return ""

    def _wrong_several(self, question: SurveyQuestion) -> str:
        chosen = _chosen(self.cleaned_data.get(name_of(question)))
        alone = [choice for choice in question.choices if choice.is_exclusive and choice.number in chosen]
        if alone and len(chosen) > 1:
            return _("「%(what)s」は、ほかの選択肢と一緒には選べません。") % {"what": alone[0].text}
        if chosen and not alone and question.least and len(chosen) < question.least:
            return _("%(n)dつ以上選んでください。") % {"n": question.least}
        if question.most and len(chosen) > question.most:
            return _("選べるのは%(n)dつまでです。%(over)dつ減らしてください。") % {
                "n": question.most, "over": len(chosen) - question.most,
            }  # fmt: skip
        return self._wrong_other(question, chosen)

    def _wrong_other(self, question: SurveyQuestion, chosen: list[int]) -> str:
        """Return what is wrong with the words beside an option that were written without choosing it."""
        typed = self.cleaned_data.get(name_of(question, "other"))
        open_ones = [choice for choice in question.choices if choice.has_text]
        if typed and open_ones and open_ones[0].number not in chosen:
            return _("書き込むときは、「%(what)s」も選んでください。") % {"what": open_ones[0].text}
        return ""

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """Return the answers that could be read, by the number of their question; without those left empty."""
        found = {question.key: self._answer(question) for question in self.questions}
        return {key: answer for key, answer in found.items() if answer}

    def _answer(self, question: SurveyQuestion) -> dict[str, Any]:
        """Return one answer as it is stored; empty without one."""
        value = self.cleaned_data.get(name_of(question))
        match question.kind:
            case Kind.MATRIX:
                chosen = {
                    row.number: self.cleaned_data.get(name_of(question, f"row{row.number}")) for row in question.rows
                }
                rows = {str(number): int(column) for number, column in chosen.items() if column and column != UNSAID}
                return {"rows": rows} if rows else {}
            case Kind.RANKING:
                ranks = [self.cleaned_data.get(name_of(question, f"rank{n}")) for n in range(1, question.ranks + 1)]
                return {"chosen": [int(rank) for rank in ranks if rank]} if any(ranks) else {}
            case Kind.NUMBER:
                return {} if value is None else {"number": f"{Decimal(value).normalize():f}"}
            case Kind.DATE:
                return {"day": value.isoformat()} if value else {}
            case Kind.SHORT | Kind.LONG:
                return {"text": value} if value else {}
        other = self.cleaned_data.get(name_of(question, "other"))
        picked = _chosen(value)
        return {"chosen": picked, **({"other": other} if other else {})} if picked else {}


def _chosen(value: object) -> list[int]:
    """Return the numbers of what was chosen."""
    numbers = value if isinstance(value, list) else [value] if value else []
    return [int(str(one)) for one in numbers if one != UNSAID]


def fields_of(question: SurveyQuestion) -> dict[str, forms.Field]:
    """Return the fields of a question by their names, in the order in which they stand."""
    match question.kind:
        case Kind.MATRIX:
            return {
                name_of(question, f"row{row.number}"): _one(question, row.text, is_named=False) for row in question.rows
            }
        case Kind.RANKING:
            return {name_of(question, f"rank{n}"): _rank(question, n) for n in range(1, question.ranks + 1)}
    fields = {name_of(question): _field(question)}
    for choice in question.choices:
        if choice.has_text:
            label = _("「%(what)s」の内容") % {"what": choice.text}
            fields[name_of(question, "other")] = OneLineFormField(label=label, most=OTHER_MOST, required=False)
            break
    return fields


def _field(question: SurveyQuestion) -> forms.Field:
    """Return the one field of a question that is neither matrix nor ranking."""
    help_text = " ".join(filter(None, [question.help, how(question)]))
    said: dict[str, Any] = {
        "label": str(question), "required": question.is_required, "help_text": help_text,
        "error_messages": {"required": _("この問いに答えてください。")},
    }  # fmt: skip
    match question.kind:
        case Kind.SEVERAL:
            choices = [(choice.number, choice.text) for choice in question.choices]
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **said)
        case Kind.NUMBER:
            lowest, highest = question.least, question.most
            widget = forms.TextInput(attrs={"inputmode": "decimal"})
            return NumberField(
                min_value=-LIMIT if lowest is None else lowest, max_value=LIMIT if highest is None else highest,
                max_digits=14, decimal_places=4, widget=widget, **said,
            )  # fmt: skip
        case Kind.DATE:
            return DayField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **said)
        case Kind.SHORT:
            return OneLineFormField(most=SHORT_MOST, **said)
        case Kind.LONG:
            return CleanTextFormField(most=LONG_MOST, widget=forms.Textarea(attrs={"rows": 5}), **said)
    return _one(question, str(question), is_named=True)


class NumberField(forms.DecimalField):
    """A number however it is typed: full width, with commas."""

    def to_python(self, value: object) -> Any:
        """Return the number; raises ValidationError for anything else."""
        typed = (
            str(value or "")
            .translate(str.maketrans("０１２３４５６７８９．－", "0123456789.-"))
            .replace(",", "")
            .strip()
        )
        return super().to_python(typed)


def _one(question: SurveyQuestion, label: str, *, is_named: bool) -> forms.ChoiceField:
    """Return a field in which one thing is chosen; without 必須, that one gives no answer can be chosen too."""
    choices: list[tuple[object, str]] = [(choice.number, choice.text) for choice in question.choices]
    if not question.is_required:
        choices.append((UNSAID, _("答えない")))  # not "", which browsers would show as chosen
    return forms.ChoiceField(
        label=label, choices=choices, required=question.is_required, widget=forms.RadioSelect,
        help_text=question.help if is_named else "", error_messages={"required": _("この問いに答えてください。")},
    )  # fmt: skip


def _rank(question: SurveyQuestion, place: int) -> forms.ChoiceField:
    """Return the field of one rank."""
    choices: list[tuple[object, str]] = [
        ("", _("選んでください")),
        *((one.number, one.text) for one in question.choices),
    ]
    return forms.ChoiceField(
        label=_("%(n)d位") % {"n": place}, choices=choices, required=question.is_required,
        error_messages={"required": _("%(n)d位を選んでください。") % {"n": place}},
    )  # fmt: skip
