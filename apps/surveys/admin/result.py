"""The pages of a survey's result in the admin site: the preview with its axes, the publication."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from apps.accounts.requests import user_of
from apps.surveys import actions
from apps.surveys.admin.base import SurveysAdmin
from apps.surveys.forms.comparison import FormerForm, PairsForm
from apps.surveys.forms.results import AxesForm, IndicatorForm, PublicationForm
from apps.surveys.models import ActionRefused
from apps.surveys.services.tabulation import next_edition


class ResultPagesMixin(SurveysAdmin):
    """Add the result to the admin of surveys."""

    def result_urls(self) -> list[URLPattern]:
        """Return the paths of the result."""
        pages: dict[str, Any] = {
            "result": self.result_view, "publish": self.publish_view, "indicator": self.indicator_view,
            "compare": self.compare_view,
        }  # fmt: skip
        return [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"surveys_survey_{name}")
            for name, view in pages.items()
        ]

    def result_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the next edition as everybody would read it, crossed by the chosen axes."""
        survey = self.run_by(request, pk)
        if survey.state in {"draft", "upcoming", "open"}:
            return self.back_to(survey)
        form = AxesForm(request.GET, survey=survey)
        axes = form.cleaned_data["axes"] if form.is_valid() else []
        edition = next_edition(survey, axes)
        return self.page(
            request, "result", _("結果"), survey=survey, result=edition, figures=edition.figures, seen=edition.digest,
            form=form, axes=axes, publication=PublicationForm(survey=survey),
        )  # fmt: skip

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Publish the result that the preview showed; a GET leads back."""
        survey = self.run_by(request, pk)
        form = PublicationForm(request.POST, survey=survey)
        if request.method != "POST":
            return self.back_to(survey)
        form.is_valid()
        data = form.cleaned_data
        action = partial(
            actions.publish_survey_result, survey=survey, by=user_of(request), axes=data.get("axes") or [],
            seen=data.get("seen") or "unknown", note=data.get("note") or "",
        )  # fmt: skip
        return self.act(request, survey, action, _("結果を公表しました。"))

    def compare_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose the former survey, and the questions that are set beside its questions in the next edition."""
        survey = self.run_by(request, pk)
        chooser = FormerForm(request.GET, survey=survey)
        former = chooser.values["former"] or None
        form = PairsForm(request.POST or None, survey=survey, former=former) if former else None
        if request.method == "POST" and former and form and form.is_valid():
            action = partial(
                actions.set_comparisons, survey=survey, former=former, pairs=form.pairs, by=user_of(request)
            )
            return self.act(request, survey, action, _("前回との比較を決めました。次に公表する版に出ます。"))
        status = 422 if form and form.errors else 200
        context = {"survey": survey, "chooser": chooser, "former": former, "form": form}
        return self.page(request, "compare", _("前回と比べる"), status=status, **context)

    def indicator_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a share of the newest result the value of an indicator; for who may change indicators."""
        survey = self.run_by(request, pk)
        if not request.user.has_perm("vision.change_indicator"):
            raise PermissionDenied(_("指標の値を変えられるのは、事務局です。"))
        result = survey.results.order_by("-edition").first()
        if result is None:
            return self.back_to(survey)
        form = IndicatorForm(request.POST or None, result=result)
        if request.method == "POST" and form.is_valid():
            try:
                value = actions.take_indicator_value(result=result, by=user_of(request), **form.cleaned_data)
            except ActionRefused as refused:
                form.add_error(None, str(refused.sentence))
            else:
                messages.success(request, _("指標の値にしました：%(value)s") % {"value": value})
                return self.back_to(survey)
        status = 422 if form.errors else 200
        return self.page(request, "indicator", _("指標の値にする"), status=status, survey=survey, form=form)
