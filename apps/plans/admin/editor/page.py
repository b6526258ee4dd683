"""Helpers of the editor's views: load a sheet, render the page, run an action and answer."""

from collections.abc import Callable
from functools import wraps

from django.contrib import admin, messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.requests import AuthedRequest
from apps.plans import actions
from apps.plans.admin.editor.context import editor_context
from apps.plans.forms import FigureWishForm, RemovalForm
from apps.plans.models import ActionRefused, PlanSheet, State

EditorView = Callable[[AuthedRequest, int], HttpResponse]


def post_only(view: EditorView) -> EditorView:
    """Redirect a GET to the editor: the URL of a form is read after one has signed in again."""

    @wraps(view)
    def guarded(request: AuthedRequest, pk: int) -> HttpResponse:
        if request.method != "POST":
            return redirect_to_place(get_sheet(request, pk), "content")
        return view(request, pk)

    return guarded


def get_sheet(request: AuthedRequest, pk: int) -> PlanSheet:
    """Return the sheet of a URL, for whoever is in the city's service; raise Http404 where there is none."""
    return get_object_or_404(PlanSheet.objects.readable_by(request.user).for_desk().with_due(), pk=pk)


def get_writable_sheet(request: AuthedRequest, pk: int) -> PlanSheet:
    """Return the sheet of a URL for those who write on it; raise PermissionDenied for others."""
    sheet = get_sheet(request, pk)
    actions.require_writer(request.user, sheet)
    return sheet


def removal_key(request: AuthedRequest) -> int | None:
    """Return the id of what a 外す button was pressed for; None when another button was."""
    return RemovalForm(request.POST).key


def admin_context(request: AuthedRequest, title: str) -> dict[str, object]:
    """Return what every page of the admin site about sheets needs: site header, `opts`, `title`."""
    return {**admin.site.each_context(request), "opts": PlanSheet._meta, "title": title}


def render_editor(request: AuthedRequest, sheet: PlanSheet, *, status: int = 200, **feedback: object) -> HttpResponse:
    """Render the whole sheet; feedback: the message of a view and the form it came from (see `editor_context`)."""
    context = {**admin_context(request, str(sheet)), **editor_context(sheet, request.user, feedback)}
    return TemplateResponse(request, "admin/plans/plansheet/edit.html", context, status=status)


def edit(request: AuthedRequest, pk: int) -> HttpResponse:
    """Render the editor of a sheet; `?line=&place=` or `?change=` fill the form of figures."""
    return render_editor(request, get_sheet(request, pk), wish=FigureWishForm(request.GET).values)


def redirect_to_place(sheet: PlanSheet, place: str) -> HttpResponse:
    """Redirect to the place on the page (an element's id) from which the form was sent."""
    return HttpResponseRedirect(reverse("admin:plans_plansheet_change", args=[sheet.pk]) + f"#{place}")


def run_action(
    request: AuthedRequest,
    sheet: PlanSheet,
    place: str,
    action: Callable[[], object],
    *,
    sentence: str = "",
    **typed: object,
) -> HttpResponse:
    """Run the action and redirect to its place, or render why it was refused (422) with everything that was typed.

    sentence: what is said when it was done.
    typed: bound forms by their name in the context. An action that returns a sheet (a new edition) leads to that one.
    """
    before = sheet.state
    try:
        returned = action()
    except ActionRefused as refused:
        feedback = {"sentence": refused.sentence, "missing": refused.missing, **typed}
        return render_editor(request, get_sheet(request, sheet.pk), status=422, **feedback)
    sheet = returned if isinstance(returned, PlanSheet) else sheet
    has_moved = place == "stage" and sheet.state != before
    messages.success(request, stage_message(sheet) if has_moved else sentence or _("保存しました。"))
    return redirect_to_place(sheet, place)


def stage_message(sheet: PlanSheet) -> str:
    """Return the stage a sheet has just moved to, and what comes next, as a sentence."""
    if sheet.is_published:
        return _("公表しました。公開ページで読めるようになりました。")
    if sheet.state == State.CONFIRMED:
        return _("確定しました。内容を確かめて公表してください。")
    if sheet.edition > 1 and sheet.state == State.SUMMARY:
        return _("第%(n)d版のシートを開きました。直してから、確定して公表してください。") % {"n": sheet.edition}
    return _("段階が「%(stage)s」になりました。") % {"stage": sheet.get_state_display()}
