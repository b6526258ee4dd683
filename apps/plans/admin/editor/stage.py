"""Views that move a sheet on: the secretariat's stages with the preview of 公表, and who is reminded."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.requests import AuthedRequest
from apps.plans import actions
from apps.plans.admin.editor.page import get_writable_sheet, post_only, redirect_to_place, render_editor, run_action
from apps.plans.forms import HandInForm, ReasonForm
from apps.plans.models import PlanSheet, State
from apps.plans.services.sheet_page import page_of


@post_only
def stage(request: AuthedRequest, pk: int) -> HttpResponse:
    """Confirm, reopen, publish or correct the sheet (the secretariat); 公表 goes by way of the preview."""
    sheet = get_writable_sheet(request, pk)
    form = ReasonForm(request.POST)
    if not request.user.has_perm("plans.confirm_sheet"):
        sentence = _(
            "確認・確定・公表は事務局（企画経営課）が行います。書き終えたら「事務局に提出する」を押してください。"
        )
        return render_editor(request, sheet, status=403, sentence=sentence)
    if not form.is_valid():
        return render_editor(request, sheet, status=422, reason_form=form)
    verb = form.cleaned_data["verb"]
    if verb == "publish" and sheet.state == State.CONFIRMED and not form.cleaned_data["seen"]:
        return HttpResponseRedirect(reverse("admin:plans_plansheet_preview", args=[sheet.pk]))
    action = _stage_actions(sheet, request, form).get(verb)
    if action is None:
        return render_editor(request, sheet, status=422, sentence=_("何をするかを選んでください。"))
    return run_action(request, sheet, "stage", action, reason_form=form)


def _stage_actions(sheet: PlanSheet, request: AuthedRequest, form: ReasonForm) -> dict[str, Callable[[], object]]:
    """Return the action of each button, by its `verb`."""
    seen = form.cleaned_data["seen"] or None
    by, reason, stage = request.user, form.cleaned_data["reason"], form.cleaned_data["stage"]
    return {
        "confirm_stage": partial(actions.confirm_stage, sheet=sheet, by=by, seen=seen),
        "confirm": partial(actions.confirm_sheet, sheet=sheet, by=by, seen=seen),
        "reopen": partial(actions.reopen_sheet, sheet=sheet, stage=stage, reason=reason, by=by),
        "publish": partial(actions.publish_sheet, sheet=sheet, by=by, seen=form.cleaned_data["seen"]),
        "correct": partial(actions.correct_sheet, sheet=sheet, reason=reason, by=by),
    }


@post_only
def hand_in(request: AuthedRequest, pk: int) -> HttpResponse:
    """Hand the stage in, take that back, or send it back with a reason."""
    sheet = get_writable_sheet(request, pk)
    form = HandInForm(request.POST)
    if not form.is_valid():
        return render_editor(request, sheet, status=422, hand_in_form=form)
    verb, by = form.cleaned_data["hand_verb"], request.user
    sentences = {
        "send_back": _("差し戻しました。担当課に知らせました。"),
        "withdraw": _("提出を取り下げました。直してから、もう一度提出してください。"),
        "submit": _("事務局（企画経営課）に提出しました。確認されるまでは取り下げられます。"),
    }
    choices: dict[str, Callable[[], object]] = {
        "send_back": partial(actions.send_back_stage, sheet=sheet, reason=form.cleaned_data["reason"], by=by),
        "withdraw": partial(actions.withdraw_submission, sheet=sheet, by=by),
        "submit": partial(actions.submit_stage, sheet=sheet, by=by),
    }
    typed = {"hand_in_form": form} if verb == "send_back" else {}
    return run_action(request, sheet, "stage", choices[verb], sentence=sentences[verb], **typed)


def preview_publication(request: AuthedRequest, pk: int) -> HttpResponse:
    """Render the sheet as everybody will read it, with the button that publishes it; for the secretariat."""
    sheet = get_writable_sheet(request, pk)
    if sheet.state != State.CONFIRMED or not request.user.has_perm("plans.confirm_sheet"):
        return redirect_to_place(sheet, "stage")
    editions = [sheet, *PlanSheet.objects.published().in_year(sheet.year).numbered(sheet.number).for_page()]
    context = {**page_of(sheet, editions), "stage_url": reverse("admin:plans_plansheet_stage", args=[sheet.pk])}
    return TemplateResponse(request, "admin/plans/plansheet/preview.html", context)


@post_only
def take_over_links(request: AuthedRequest, pk: int) -> HttpResponse:
    """Make the person of the request the one who is reminded of this sheet."""
    sheet = get_writable_sheet(request, pk)
    if sheet.is_published:
        return render_editor(request, sheet, status=422, sentence=_("公表済みのため変えられません。"))
    return run_action(request, sheet, "stage", partial(actions.take_over_links, sheet=sheet, by=request.user))
