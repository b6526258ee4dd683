"""Views of 異動・代理: what passes from one person to another; input, preview, take back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import DutyChange
from apps.accounts.requests import AuthedRequest
from apps.core.exceptions import ActionRefused
from apps.core.form_steps import form_step
from apps.portal import actions
from apps.portal.forms import DutyChangeForm
from apps.portal.services.duties import duties_of

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def duties(request: AuthedRequest) -> HttpResponse:
    """List changes of duties and plan another one, after a preview of what moves. 404 for others than staff."""
    _require_staff(request)
    form = DutyChangeForm(request.POST if request.method == "POST" else None, user=request.user)
    step = form_step(request, form)
    if step == "save":
        try:
            actions.plan_duty_change(**form.said, by=request.user)
        except ActionRefused as refused:
            form.add_error(None, str(refused.sentence))
            step = "input"
        else:
            messages.success(request, _("決めました。二人に知らせました。"))
            return redirect("portal:duties")
    if step == "preview":
        held = duties_of(form.said["person"])
        movable = held.movable_to(form.said["successor"])
        context = {"form": form, "said": form.said, "movable": movable, "staying": held.without(movable)}
        return render(request, "portal/duty_preview.html", context)
    changes = DutyChange.objects.visible_to(request.user).for_list()[:SHOWN]
    own = duties_of(request.user)
    rows = [(change, change.may_be_taken_back and change.is_run_by(request.user)) for change in changes]
    context = {"form": form, "rows": rows, "own": own}
    return render(request, "portal/duties.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def take_back_duties(request: AuthedRequest, pk: int) -> HttpResponse:
    """Take a change of duties back, and go back to the list."""
    _require_staff(request)
    change = get_object_or_404(DutyChange.objects.visible_to(request.user), pk=pk)
    actions.take_back_duty_change(change=change, by=request.user)
    messages.success(request, _("取り消しました。二人に知らせました。"))
    return redirect("portal:duties")


def _require_staff(request: AuthedRequest) -> None:
    """Raise Http404 for others than the city's staff."""
    if not request.user.is_staff:
        raise Http404
