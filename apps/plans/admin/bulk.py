"""Page of the secretariat that confirms or publishes many sheets of a year: what goes, what does not and why, one press."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.requests import AuthedRequest
from apps.core.fiscal import fiscal_label
from apps.plans import actions
from apps.plans.actions.bulk import Outcome
from apps.plans.admin.editor.page import admin_context
from apps.plans.forms import BulkForm, BulkWishForm
from apps.plans.models import PlanSheet
from apps.plans.services.year_desk import PUBLISH, candidates_for


def bulk(request: AuthedRequest) -> HttpResponse:
    """Render what would go on together and what would not; the button of that page does it."""
    if not request.user.has_perm("plans.confirm_sheet"):
        raise PermissionDenied(_("確認・確定・公表は事務局（企画経営課）が行います。"))
    wish = BulkWishForm(request.GET).values
    year, verb = wish["year"], wish["verb"]
    sheets = list(PlanSheet.objects.in_year(year).for_desk()) if year else []
    if not sheets:
        return HttpResponseRedirect(reverse("admin:plans_plansheet_board"))
    if request.method == "POST":
        form = BulkForm(request.POST, sheets=sheets)
        seen = form.seen() if form.is_valid() else {}
        if seen:
            return _run(request, year, verb, seen)
        messages.error(request, _("シートを一つ以上選んでください。"))
    ready, stuck = candidates_for(verb, sheets)
    title = _("%(label)s まとめて公表する") if verb == PUBLISH else _("%(label)s まとめて確認・確定する")
    context = {
        **admin_context(request, title % {"label": fiscal_label(year)}),
        "year": year,
        "verb": verb,
        "ready": ready,
        "stuck": stuck,
    }
    status = 422 if request.method == "POST" else 200
    return TemplateResponse(request, "admin/plans/plansheet/bulk.html", context, status=status)


def _run(request: AuthedRequest, year: int, verb: str, seen: dict[int, str]) -> HttpResponse:
    """Do it, and say of each that could not go on why."""
    action = actions.publish_many if verb == PUBLISH else actions.confirm_many
    outcomes = action(seen=seen, by=request.user)
    done = sum(outcome.is_done for outcome in outcomes)
    sentence = _("%(n)d件のシートを公表しました。") if verb == PUBLISH else _("%(n)d件のシートを確認しました。")
    if done:
        messages.success(request, sentence % {"n": done})
    for outcome in outcomes:
        if not outcome.is_done:
            messages.error(request, _refusal(outcome))
    return HttpResponseRedirect(reverse("admin:plans_plansheet_board") + f"?year={year}")


def _refusal(outcome: Outcome) -> str:
    """Return why a sheet stays where it is."""
    return " ".join(
        [f"{outcome.sheet.number} {outcome.sheet.title}：", str(outcome.sentence), *map(str, outcome.missing)]
    )
