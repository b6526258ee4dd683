"""Overview of a year for the secretariat: the stage of every sheet, who is late; opening and removing a year."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.requests import AuthedRequest
from apps.core.fiscal import fiscal_label, fiscal_year
from apps.plans import actions
from apps.plans.admin.editor.page import admin_context
from apps.plans.admin.tree import NoDeleteAdmin
from apps.plans.emails.reminders import email_for
from apps.plans.forms import BoardForm, DeskForm
from apps.plans.models import PlanSheet, StageDeadline, State
from apps.plans.models.constants import STAGES, Whereabouts
from apps.plans.services.stage_requirements import fullness_of
from apps.plans.services.year_desk import count_by_whereabouts


@admin.register(StageDeadline)
class StageDeadlineAdmin(NoDeleteAdmin):
    """記入の期限: the city's own calendar."""

    list_display = ("year", "stage", "due_on")
    list_filter = ("year",)


def board(request: AuthedRequest) -> HttpResponse:
    """Render every sheet of a year with its stages, and the button that opens the next year."""
    if request.method == "POST":
        return _submit(request)
    years = PlanSheet.objects.years()
    wish = DeskForm(request.GET).values
    year = wish["year"] or (years[0] if years else fiscal_year(timezone.localdate()))
    sheets = list(PlanSheet.objects.in_year(year).for_desk())
    shown = [sheet for sheet in sheets if wish["state"] in ("", sheet.whereabouts)]
    fullness = fullness_of(sheet for sheet in shown if sheet.is_in_stage)
    days = StageDeadline.objects.of_year(year)
    context = {
        **admin_context(request, _("%(label)s 記入の状況") % {"label": fiscal_label(year)}),
        "year": year,
        "years": years,
        "next_year": (years[0] if years else year) + 1,
        "stages": [(stage.label, days.get(stage)) for stage in STAGES],
        "rows": [(sheet, stage_cells(sheet, days), email_for(sheet), fullness.get(sheet.pk)) for sheet in shown],
        "counts": count_by_whereabouts(sheets),
        "chosen": wish["state"],
        "total": len(sheets),
        "can_remove": PlanSheet.objects.in_year(year).untouched().exists(),
        "may_open": request.user.has_perm("plans.confirm_sheet"),
    }
    return TemplateResponse(request, "admin/plans/plansheet/board.html", context)


def stage_cells(sheet: PlanSheet, days: dict[str, date]) -> list[dict[str, Any]]:
    """Return a cell for each stage with its `label` and `due_on`: `kind` done (`when`), submitted, open, late (`days`) or waits."""
    confirmed = {record.stage: record.confirmed_at for record in sheet.stage_records.all()}
    order = list(State)
    result: list[dict[str, Any]] = []
    for stage in STAGES:
        due_on = days.get(stage)
        cell: dict[str, Any] = {"label": stage.label, "due_on": due_on, "kind": "waits"}
        if order.index(State(sheet.state)) > order.index(stage):
            cell |= {"kind": "done", "when": confirmed.get(stage)}
        elif sheet.state == stage:
            cell |= _open_cell(sheet, due_on)
        result.append(cell)
    return result


def _open_cell(sheet: PlanSheet, due_on: date | None) -> dict[str, Any]:
    """Return what the cell of the open stage says: what was handed in is not late."""
    late = (timezone.localdate() - due_on).days if due_on else 0
    kind = "late" if late > 0 else "open"
    return {"kind": "submitted" if sheet.whereabouts == Whereabouts.SUBMITTED else kind, "days": late}


def _submit(request: AuthedRequest) -> HttpResponse:
    """Open or remove a year; without `seen` the preview of what that would do. The secretariat alone."""
    form = BoardForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("年度を選び直してください。"))
        return HttpResponseRedirect(reverse("admin:plans_plansheet_board"))
    if not request.user.has_perm("plans.confirm_sheet"):
        raise PermissionDenied(_("年度を開くのは事務局（企画経営課）です。"))
    year, verb = form.cleaned_data["year"], form.cleaned_data["verb"] or "open"
    if not form.cleaned_data["seen"]:
        return _preview(request, year, verb)
    if verb == "open":
        count = actions.open_year(year=year, by=request.user)
        sentence = _("%(label)sのシートを%(n)d件作りました。") % {"label": fiscal_label(year), "n": count}
    else:
        count = actions.remove_year(year=year, by=request.user)
        sentence = _("%(label)sの、まだ何も書かれていないシートを%(n)d件取り消しました。")
        sentence %= {"label": fiscal_label(year), "n": count}
    messages.success(request, sentence)
    return HttpResponseRedirect(reverse("admin:plans_plansheet_board") + f"?year={year}")


def _preview(request: AuthedRequest, year: int, verb: str) -> HttpResponse:
    """Render what opening or removing a year would do, with the button that does it."""
    title = _("%(label)sのシートを作る") if verb == "open" else _("%(label)sのシートを取り消す")
    untouched = list(PlanSheet.objects.in_year(year).untouched().for_tree()) if verb == "remove" else []
    context = {
        **admin_context(request, title % {"label": fiscal_label(year)}),
        "year": year,
        "verb": verb,
        "drafts": PlanSheet.objects.drafts_for(year) if verb == "open" else [],
        "deadlines": [(State(stage).label, day) for stage, day in StageDeadline.objects.carried_over(year).items()],
        "untouched": untouched,
        "stays": PlanSheet.objects.in_year(year).count() - len(untouched) if verb == "remove" else 0,
    }
    return TemplateResponse(request, "admin/plans/plansheet/year.html", context)
