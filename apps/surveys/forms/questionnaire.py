"""A questionnaire in one browser: all its pages travel with each press, so that the server keeps nothing unsent."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from apps.core.formfields import ReturnedFormField, SecretFormField
from apps.core.submission import SubmitKeyMixin
from apps.surveys.forms.page import PageForm
from apps.surveys.models import Survey, SurveyQuestion
from apps.surveys.services.answer_words import answers_asked, asked_of

CODE_MOST = 40


class EnvelopeForm(SubmitKeyMixin):
    """What goes with the answers: the key of the sending, the page on the screen, the code of the letter."""

    page = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=99)
    code = ReturnedFormField(required=False, max_length=CODE_MOST)


class CodeForm(forms.Form):
    """The code of the letter, asked on the first page."""

    code = SecretFormField(
        label=gettext_lazy("回答コード"), max_length=CODE_MOST, required=False,
        help_text=gettext_lazy("手紙にある12文字です。大文字と小文字、「-」のあるなしは、どちらでもかまいません。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip


class Questionnaire:
    """The pages of a survey as they were filled in so far. data: what was sent, None for a page that is opened."""

    def __init__(self, survey: Survey, data: QueryDict | None = None, *, code: str = "") -> None:
        self.survey, self.data = survey, data
        self.questions: list[SurveyQuestion] = survey.load_questions()
        self.pages = sorted({question.page for question in self.questions})
        self.envelope = EnvelopeForm(data, initial={"code": code})
        self.is_whole = data is None or self.envelope.is_valid()
        values = {} if data is None else self.envelope.cleaned_data
        self.page: int = values.get("page") or 1
        self.code: str = values.get("code") or code
        self.answers: dict[str, dict[str, Any]] = {}
        self.errors: dict[int, PageForm] = {}
        if data is not None:
            self._read(data)

    def _read(self, data: QueryDict) -> None:
        """Read the pages one after the other: what is asked on one depends on the answers before it."""
        for page in self.pages:
            form = PageForm(data, questions=self._asked_on(page))
            if not form.is_valid():
                self.errors[page] = form
            self.answers |= form.answers
        self.answers = answers_asked(self.questions, self.answers)

    def _asked_on(self, page: int) -> list[SurveyQuestion]:
        """Return the questions of a page that are asked after the answers so far."""
        return [question for question in asked_of(self.questions, self.answers) if question.page == page]

    @property
    def reachable(self) -> list[int]:
        """Return the pages on which something is asked after the answers so far."""
        return sorted({question.page for question in asked_of(self.questions, self.answers)})

    def wrong_page(self, *, to: int) -> int | None:
        """Return the first page, up to this one, that has errors; None without one."""
        return next((page for page in sorted(self.errors) if page <= to), None)

    def page_after(self, page: int) -> int | None:
        """Return the next page on which something is asked; None after the last one."""
        return next((other for other in self.reachable if other > page), None)

    def page_before(self, page: int) -> int:
        """Return the page before this one on which something is asked, the first one if there is none."""
        return next((other for other in reversed(self.reachable) if other < page), self.first_page)

    @property
    def first_page(self) -> int:
        """Return the first page on which something is asked."""
        return next(iter(self.reachable), 1)

    def form(self, page: int) -> PageForm:
        """Return the form of a page with what was typed into it, without errors."""
        asked = self._asked_on(page)
        form = PageForm(questions=asked)
        if self.data is not None:
            for name, field in form.fields.items():
                form.initial[name] = field.widget.value_from_datadict(self.data, {}, name)
        return form

    def carried(self, page: int | None) -> list[tuple[str, str]]:
        """Return the names and values of all other pages, to be sent along with a page; with None those of all."""
        if self.data is None:
            return []
        here = set(PageForm(questions=self._asked_on(page)).fields) if page is not None else set()
        names = PageForm(questions=self.questions).fields
        return [(name, value) for name in names if name not in here for value in self.data.getlist(name)]

    @property
    def submit_key(self) -> Any:
        """Return the key of the sending."""
        return self.envelope["submit_key"].value()

    def progress(self, page: int) -> tuple[int, int]:
        """Return which page this is of how many, as far as the answers so far tell."""
        reachable = self.reachable
        return reachable.index(page) + 1 if page in reachable else 1, max(len(reachable), 1)
