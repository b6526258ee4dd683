"""The pages of a draw in the admin site: settings, entries on paper, the draw, the winners."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from apps.accounts.requests import user_of
from apps.surveys import actions
from apps.surveys.admin.base import SurveysAdmin
from apps.surveys.forms.draw import DrawForm, EntryForm
from apps.surveys.models import ActionRefused, Draw, Survey


class DrawPagesMixin(SurveysAdmin):
    """Add the draw to the admin of surveys."""

    def draw_urls(self) -> list[URLPattern]:
        """Return the paths of the draw."""
        pages: dict[str, Any] = {
            "draw": ("draw/", self.draw_view),
            "drop_draw": ("draw/drop/", self.drop_draw_view),
            "slip": ("draw/slip/", self.slip_view),
            "hold_draw": ("draw/hold/", self.hold_draw_view),
            "winners": ("draw/winners/", self.winners_view),
        }
        return [
            path(f"<int:pk>/{route}", self.admin_site.admin_view(view), name=f"surveys_survey_{name}")
            for name, (route, view) in pages.items()
        ]

    def draw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the draw; before the survey opens, set it."""
        survey = self.run_by(request, pk)
        draw: Draw | None = survey.find_draw()
        form = DrawForm(request.POST or None, instance=draw)
        if request.method == "POST" and form.is_valid():
            try:
                actions.set_draw(survey=survey, by=user_of(request), **form.cleaned_data)
            except ActionRefused as refused:
                form.add_error(None, str(refused.sentence))
            else:
                messages.success(request, _("抽選を設定しました。"))
                return self._to_draw(survey)
        return self._draw_page(request, survey, form=form)

    def drop_draw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the draw away with a press; a GET leads back."""
        survey = self.run_by(request, pk)
        if request.method == "POST":
            self.act(
                request, survey, partial(actions.drop_draw, survey=survey, by=user_of(request)), _("抽選をやめました。")
            )
        return self._to_draw(survey)

    def slip_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Type in an entry that came on paper."""
        survey = self.run_by(request, pk)
        draw, form = self._draw(survey), EntryForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                actions.register_slip(draw=draw, by=user_of(request), **form.cleaned_data)
            except ActionRefused as refused:
                form.add_error(None, str(refused.sentence))
            else:
                messages.success(request, _("抽選の申込みを入力しました。"))
                return self._to_draw(survey)
        return self._draw_page(request, survey, slip=form)

    def hold_draw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Draw with a press; a GET leads back."""
        survey = self.run_by(request, pk)
        draw = self._draw(survey)
        if request.method == "POST":
            self.act(request, survey, partial(actions.hold_draw, draw=draw, by=user_of(request)), _("抽選しました。"))
        return self._to_draw(survey)

    def winners_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show names and contacts of the winners, with a record of the look."""
        survey = self.run_by(request, pk)
        draw = self._draw(survey)
        if draw.drawn_at is None:
            return self._to_draw(survey)
        winners = actions.read_winners(draw=draw, by=user_of(request))
        return self.page(request, "winners", _("当選した人"), survey=survey, draw=draw, winners=winners)

    def _draw_page(
        self, request: HttpRequest, survey: Survey, *, form: DrawForm | None = None, slip: EntryForm | None = None
    ) -> HttpResponse:
        """Show the page of the draw; with errors 422."""
        draw: Draw | None = survey.find_draw()
        has_errors = bool((form and form.errors) or (slip and slip.errors))
        context = {
            "survey": survey, "draw": draw, "form": form or DrawForm(instance=draw), "slip": slip or EntryForm(),
            "entries": draw.entries.count() if draw else 0,
        }  # fmt: skip
        return self.page(request, "draw", _("抽選"), status=422 if has_errors else 200, **context)

    def _draw(self, survey: Survey) -> Draw:
        """Return the draw of a survey; raise Http404 without one."""
        draw = survey.find_draw()
        if draw is None:
            raise Http404
        return draw

    def _to_draw(self, survey: Survey) -> HttpResponse:
        """Redirect to the page of the draw."""
        return HttpResponseRedirect(reverse("admin:surveys_survey_draw", args=[survey.pk]))
