"""取り消し in the admin site: the page that shows what goes, asks why, and puts it back if that was the error."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from apps.consultations.models import ActionRefused, Batch, Proposal, ProposalRevision
from apps.intake import actions
from apps.intake.admin.imports import may_bring_in
from apps.intake.forms import TakeBackForm
from apps.operations.models import Job

SHOWN = 20


def take_back_view(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """What goes, in numbers and first lines; a reason; afterwards the same page puts it back."""
    may_bring_in(admin, request)
    batch: Any = get_object_or_404(Batch.objects.manageable_by(request.user).with_counts(), pk=pk)
    asks_back = request.POST.get("step") == "put-back"
    form = TakeBackForm(request.POST if request.method == "POST" and not asks_back else None)
    if request.method == "POST" and (asks_back or form.is_valid()):
        refusal = _act(request, batch, "" if asks_back else form.cleaned_data["reason"])
        if not refusal or asks_back:
            return redirect("admin:consultations_batch_take_back", batch.pk)
        form.add_error("reason", refusal)  # what was typed stays
    voices = Proposal.objects.added_by(batch).in_force(batch.taken_back_at is None)
    counts, changed = voices.what_goes(), ProposalRevision.objects.in_force_of(batch).count()
    context = {
        "title": _("まとまりの取り消し"),
        "batch": batch,
        "form": form,
        "counts": counts,
        "changed": changed,
        "all": counts["voices"] + changed,
        "voices": voices.for_tables()[:SHOWN],
        "job": Job.objects.about(batch).of_kind("move-batch").first(),
    }
    return admin.page(request, "take_back", status=422 if form.errors else 200, **context)


def _act(request: HttpRequest, batch: Batch, reason: str) -> str:
    """Take back for a reason; without one, put back. Why not, if it was refused."""
    try:
        if reason:
            n = actions.take_back(batch=batch, reason=reason, by=request.user)
            sentence = _("%(n)d件の意見を取り消しました。まちがいだったときは、この画面から元に戻せます。")
        else:
            n = actions.put_back(batch=batch, by=request.user)
            sentence = _("%(n)d件の意見を、元に戻しました。")
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
        return str(refused.sentence)
    messages.success(request, sentence % {"n": n})
    return ""
