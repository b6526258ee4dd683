"""The pages of answers on paper in the admin site: the printed questionnaire, both entries, the decision."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from apps.accounts.requests import user_of
from apps.core.pagination import read_page
from apps.surveys import actions
from apps.surveys.admin.base import SurveysAdmin
from apps.surveys.forms.paper import STATES, DecisionForm, FirstEntryForm, PaperForm, SheetListForm, VoidForm
from apps.surveys.models import ActionRefused, PaperSheet, Survey
from apps.surveys.models.paper import SHEET_ORDER
from apps.surveys.services.questionnaire_pdf import questionnaire_pdf


class PaperPagesMixin(SurveysAdmin):
    """Add answers on paper to the admin of surveys."""

    def paper_urls(self) -> list[URLPattern]:
        """Return the paths of answers on paper."""
        pages: dict[str, Any] = {
            "paper": ("paper/", self.paper_view),
            "questionnaire": ("questionnaire.pdf", self.questionnaire_view),
            "enter": ("paper/enter/", self.enter_view),
            "check": ("paper/<int:number>/check/", self.check_view),
            "decide": ("paper/<int:number>/decide/", self.decide_view),
            "void": ("paper/<int:number>/void/", self.void_view),
            "reopen": ("paper/<int:number>/reopen/", self.reopen_view),
        }
        return [
            path(f"<int:pk>/{route}", self.admin_site.admin_view(view), name=f"surveys_survey_{name}")
            for name, (route, view) in pages.items()
        ]

    def questionnaire_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the questionnaire as a PDF to be printed."""
        survey = self.run_by(request, pk)
        response = HttpResponse(questionnaire_pdf(survey), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="questionnaire-{survey.slug}.pdf"'
        return response

    def paper_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """List the sheets with their states, and say what is to be done next."""
        survey = self.run_by(request, pk)
        form = SheetListForm(request.GET)
        rows = survey.sheets.for_lists()
        state = form.values["state"]
        page = read_page(
            rows.in_state(state), SHEET_ORDER, name=f"sheets:{survey.pk}:{state}", cursor=form.values["cursor"], size=50
        )
        counts = [(key, words, survey.sheets.in_state(key).count()) for key, words in STATES]
        context = {
            "survey": survey, "sheets": page.rows, "counts": counts, "state": state, "void_form": VoidForm(),
            "total": sum(n for _key, _words, n in counts), "next": survey.sheets.next_to_check(user_of(request)),
            "refusal": self._refusal(survey), **form.page_urls(page),
        }  # fmt: skip
        return self.page(request, "paper", _("紙の回答"), **context)

    def enter_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Type in a sheet for the first time."""
        survey = self.run_by(request, pk)
        form = FirstEntryForm(request.POST or None, questions=survey.load_questions())
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                sheet = actions.enter_sheet(
                    survey=survey, answers=form.answers, void_reason=data["void_reason"], by=user_of(request),
                    submit_key=data["submit_key"],
                )  # fmt: skip
            except ActionRefused as refused:
                form.add_error(None, str(refused.sentence))
            else:
                words = _("受付番号は%(number)dです。いま、用紙の右上に書いてください。") % {"number": sheet.number}
                messages.success(request, words)
                if "_another" in request.POST:
                    return HttpResponseRedirect(reverse("admin:surveys_survey_enter", args=[pk]))
                return self._to_paper(survey)
        return self._entry(request, survey, form, _("紙の回答を入力する"), None)

    def check_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Type in a sheet for the second time, without seeing what the first person typed."""
        sheet = self._sheet(request, pk, number)
        form = PaperForm(request.POST or None, questions=sheet.survey.load_questions())
        if request.method == "POST" and form.is_valid():
            try:
                checked = actions.check_sheet(sheet=sheet, answers=form.answers, by=user_of(request))
            except ActionRefused as refused:
                form.add_error(None, str(refused.sentence))
            else:
                if checked.state == "differing":
                    messages.warning(request, _("一回目の入力と違うところがあります。紙を見て決めてください。"))
                    return HttpResponseRedirect(reverse("admin:surveys_survey_decide", args=[pk, number]))
                messages.success(request, _("受付番号%(number)d：二回の入力が同じでした。") % {"number": number})
                following = sheet.survey.sheets.next_to_check(user_of(request))
                if "_another" in request.POST and following:
                    return HttpResponseRedirect(reverse("admin:surveys_survey_check", args=[pk, following.number]))
                return self._to_paper(sheet.survey)
        return self._entry(request, sheet.survey, form, _("確認の入力をする"), sheet)

    def decide_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Show where two entries differ, and take which of them the paper says."""
        sheet = self._sheet(request, pk, number)
        if sheet.state != "differing":
            return self._to_paper(sheet.survey)
        form = DecisionForm(request.POST or None, sheet=sheet, questions=sheet.survey.load_questions())
        if request.method == "POST" and form.is_valid():
            try:
                actions.decide_sheet(sheet=sheet, picks=form.picks, by=user_of(request))
            except ActionRefused as refused:
                form.add_error(None, str(refused.sentence))
            else:
                messages.success(request, _("受付番号%(number)dを確認済みにしました。") % {"number": number})
                return self._to_paper(sheet.survey)
        status = 422 if form.errors else 200
        return self.page(
            request, "paper_decide", _("入力の違いを決める"), status=status, survey=sheet.survey, sheet=sheet, form=form
        )

    def void_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Leave a sheet out with a press; a GET leads back."""
        sheet = self._sheet(request, pk, number)
        form = VoidForm(request.POST)
        if request.method != "POST" or not form.is_valid():
            return self._to_paper(sheet.survey)
        reason = form.cleaned_data["reason"]
        action = partial(actions.void_sheet, sheet=sheet, reason=reason, by=user_of(request))
        self.act(request, sheet.survey, action, _("数えない用紙にしました。「確認からやり直す」で戻せます。"))
        return self._to_paper(sheet.survey)

    def reopen_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Take back a check, or that a sheet is left out, with a press; a GET leads back."""
        sheet = self._sheet(request, pk, number)
        if request.method == "POST":
            action = partial(actions.reopen_sheet, sheet=sheet, by=user_of(request))
            self.act(request, sheet.survey, action, _("確認の入力待ちに戻しました。"))
        return self._to_paper(sheet.survey)

    def _sheet(self, request: HttpRequest, pk: int, number: int) -> PaperSheet:
        """Return the sheet of a URL for who runs its survey; raise Http404 without one."""
        survey = self.run_by(request, pk)
        return get_object_or_404(PaperSheet.objects.for_lists(), survey=survey, number=number)

    def _entry(
        self, request: HttpRequest, survey: Survey, form: PaperForm, title: str, sheet: PaperSheet | None
    ) -> HttpResponse:
        """Show the form of an entry; with errors 422."""
        status = 422 if form.errors else 200
        context = {"survey": survey, "form": form, "sheet": sheet, "refusal": self._refusal(survey)}
        return self.page(request, "paper_entry", title, status=status, **context)

    def _refusal(self, survey: Survey) -> str:
        """Return why no paper is typed in now; an empty text when it may be."""
        try:
            survey.require_paper_time()
        except ActionRefused as refused:
            return str(refused.sentence)
        return ""

    def _to_paper(self, survey: Survey) -> HttpResponse:
        """Redirect to the list of sheets."""
        return HttpResponseRedirect(reverse("admin:surveys_survey_paper", args=[survey.pk]))
