"""Admin of questions: written for a survey that is not open yet."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from apps.accounts.requests import user_of
from apps.operations.models import AuditEntry
from apps.surveys import actions
from apps.surveys.admin.base import SurveysAdmin
from apps.surveys.forms.admin import QuestionForm, TyposForm
from apps.surveys.models import ActionRefused, Survey, SurveyQuestion


@admin.register(SurveyQuestion)
class SurveyQuestionAdmin(SurveysAdmin):
    """Questions (問い) with their options. Those of an opened survey are only read."""

    form = QuestionForm
    change_form_template = "admin/surveys/question_form.html"
    list_display = ("number", "text", "kind", "page", "survey")
    list_display_links = ("number", "text")
    list_filter = (("survey", admin.RelatedOnlyFieldListFilter), "kind")
    search_fields = ("text",)
    fields = (
        "survey", "number", "page", "kind", "text", "help", "is_required", "texts", "other", "exclusive", "rows", "least", "most",
        "low_words", "high_words", "shown_if",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the questions of the surveys that the person runs."""
        own = Survey.objects.manageable_by(user_of(request)).order_by().values("pk")
        rows: Any = super().get_queryset(request)
        return rows.filter(survey__in=own).for_pages()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person runs the survey, and nobody has read its questions yet."""
        return not (obj and obj.survey.opened_at) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person runs the survey, and nobody has read its questions yet."""
        is_draft = not (obj and obj.survey.opened_at)
        return is_draft and request.user.has_perm("surveys.delete_surveyquestion", obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return all; of one that is only read, what the model holds."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fields
        return [name for name in self.fields if name not in {"texts", "other", "exclusive", "rows"}]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the survey as read-only for a stored question."""
        return ("survey",) if obj else ()

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Offer the surveys that the person runs and that are not open yet."""
        if db_field.name == "survey":
            kwargs["queryset"] = Survey.objects.manageable_by(user_of(request)).drafts()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: SurveyQuestion, form: Any, change: bool) -> None:
        """Save the question and its options, with an audit entry of its survey."""
        super().save_model(request, obj, form, change)
        actions.write_options(question=obj, **form.options)
        AuditEntry.record("change", obj.survey, by=user_of(request), question=obj.number)

    def get_urls(self) -> list[URLPattern]:
        """Add the correction of misspellings."""
        typos = self.admin_site.admin_view(self.typos_view)
        return [path("<int:pk>/typos/", typos, name="surveys_surveyquestion_typos"), *super().get_urls()]

    def typos_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Correct misspellings of an opened survey."""
        question = self.run_by(request, pk)
        form = TyposForm(request.POST or None, question=question)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            try:
                actions.mend_typos(
                    question=question,
                    text=data["text"],
                    options=form.options,
                    reason=data["reason"],
                    by=user_of(request),
                )
            except ActionRefused as refused:
                form.add_error(None, str(refused.sentence))
            else:
                messages.success(request, _("誤字を直しました。"))
                return self.back_to(question.survey)
        status = 422 if form.errors else 200
        return self.page(request, "typos", _("誤字を直す"), status=status, question=question, form=form)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        """Go back to the survey, unless another question is to be added at once."""
        if "_addanother" in request.POST:
            super().response_add(request, obj, post_url_continue)
            return HttpResponseRedirect(
                f"{reverse('admin:surveys_surveyquestion_add')}?survey={obj.survey_id}&page={obj.page}&number={obj.number + 1}"
            )
        return self.back_to(obj.survey)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Go back to the survey."""
        answer = super().response_change(request, obj)
        return self.back_to(obj.survey) if "_save" in request.POST else answer

    def delete_model(self, request: HttpRequest, obj: SurveyQuestion) -> None:
        """Delete, with an audit entry of its survey."""
        AuditEntry.record("change", obj.survey, by=user_of(request), removed=obj.number)
        super().delete_model(request, obj)
