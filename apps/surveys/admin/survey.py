"""Admin of surveys: what is asked of whom and when, the opening, letters."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.admin.whose import WhoseFilter
from apps.accounts.models import Department
from apps.accounts.requests import user_of
from apps.accounts.rules import is_secretariat
from apps.core.due_days import DueFilter
from apps.core.types import StrOrPromise
from apps.operations.models import AuditEntry
from apps.surveys import actions
from apps.surveys.admin.draw import DrawPagesMixin
from apps.surveys.admin.paper import PaperPagesMixin
from apps.surveys.admin.result import ResultPagesMixin
from apps.surveys.forms.admin import LettersForm, SurveyForm
from apps.surveys.models import ActionRefused, Survey
from apps.surveys.services.letters import letters_pdf, letters_xlsx
from apps.surveys.services.opening_check import missing_for_opening, wording_hints

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FIXED = ("slug", "kind", "audience", "population", "sampling", "privacy", "opens_on", "closes_on")  # once it is open


class StateFilter(admin.SimpleListFilter):
    """Filter by what a survey waits for."""

    title = gettext_lazy("状態")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, StrOrPromise]]:
        """Return the choices."""
        return [("open", _("回答受付中・予告")), ("closed", _("結果がまだ"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the surveys of the chosen value; all without one."""
        method = {"open": queryset.taking_answers, "closed": queryset.awaiting_result}.get(self.value() or "")
        return method() if method else queryset


class ClosingFilter(DueFilter):
    """Filter by how near the last day is."""

    title = gettext_lazy("回答の最終日")
    parameter_name = "closing"
    field = "closes_on"


@admin.register(Survey)
class SurveyAdmin(ResultPagesMixin, PaperPagesMixin, DrawPagesMixin):
    """Surveys (アンケート). What was opened stays as it is."""

    form = SurveyForm
    change_form_template = "admin/surveys/survey_form.html"
    list_display = ("title", "department", "kind", "state_shown", "opens_on", "closes_on")
    list_filter = (StateFilter, ClosingFilter, WhoseFilter, ("department", admin.RelatedOnlyFieldListFilter), "kind")
    search_fields = ("title",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the surveys that the person runs."""
        rows: Any = super().get_queryset(request)
        return rows.manageable_by(user_of(request)).for_lists()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what no longer changes once the survey is open."""
        return FIXED if obj and obj.opened_at else ()

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Offer the own departments, all to the secretariat."""
        if db_field.name == "department":
            own = None if is_secretariat(request.user) else user_of(request).department_ids()
            kwargs["queryset"] = Department.objects.offered_to(own)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("状態"))
    def state_shown(self, survey: Survey) -> str:
        """Return the state in words."""
        return survey.state_shown

    def save_model(self, request: HttpRequest, obj: Survey, form: Any, change: bool) -> None:
        """Save, with an audit entry."""
        super().save_model(request, obj, form, change)
        AuditEntry.record("change" if change else "add", obj, by=user_of(request), fields=sorted(form.changed_data))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add the questions, what is still missing, hints on the wording, and how many have answered."""
        survey = kwargs.get("obj")
        if isinstance(survey, Survey) and survey.pk:
            is_draft = survey.opened_at is None
            context |= {
                "questions": survey.load_questions(),
                "missing": missing_for_opening(survey) if is_draft else [],
                "hints": wording_hints(survey) if is_draft else [],
                "response_count": survey.responses.count(),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add the opening and the codes of letters."""
        pages: dict[str, Any] = {
            "open": self.open_view, "letters": self.letters_view, "discard": self.discard_view,
        }  # fmt: skip
        return [
            *(
                path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"surveys_survey_{name}")
                for name, view in pages.items()
            ),
            *self.result_urls(),
            *self.paper_urls(),
            *self.draw_urls(),
            *super().get_urls(),
        ]

    def open_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Open the survey with a press; a GET leads back to its page."""
        survey = self.run_by(request, pk)
        if request.method != "POST":
            return self.back_to(survey)
        action = partial(actions.open_survey, survey=survey, by=user_of(request))
        return self.act(request, survey, action, _("開始しました。回答は、初日から自動で受け付けます。"))

    def letters_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make codes of letters; the answer is their file, once."""
        survey = self.run_by(request, pk)
        form = LettersForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            kind = form.cleaned_data["kind"]
            try:
                codes = actions.make_letters(survey=survey, count=form.cleaned_data["count"], by=user_of(request))
            except ActionRefused as refused:
                form.add_error(None, str(refused.sentence))
            else:
                content = letters_pdf(survey, codes) if kind == "pdf" else letters_xlsx(survey, codes)
                response = HttpResponse(content, content_type=CONTENT_TYPES[kind])
                response["Content-Disposition"] = f'attachment; filename="letters-{survey.slug}.{kind}"'
                response["Cache-Control"] = "no-store"
                return response
        context = {"survey": survey, "form": form, "made": survey.marks.count()}
        status = 422 if form.errors else 200
        return self.page(request, "letters", _("回答コードを作る"), status=status, **context)

    def discard_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Discard all codes with a press, before the opening; a GET leads back."""
        survey = self.run_by(request, pk)
        if request.method != "POST":
            return self.back_to(survey)
        action = partial(actions.discard_letters, survey=survey, by=user_of(request))
        return self.act(request, survey, action, _("回答コードをすべて取り消しました。"))
