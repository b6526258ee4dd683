"""Admin page for withdrawing and restoring a batch (取り消し)."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from apps.accounts.requests import AuthedRequest
from apps.consultations.models import ActionRefused, Batch, ProposalRevision
from apps.intake import actions
from apps.intake.admin.imports import require_add_permission
from apps.intake.forms import WithdrawBatchForm
from apps.intake.services.batch_proposals import added_by, impact_counts, published, restorable
from apps.operations.models import Job

if TYPE_CHECKING:
    from apps.intake.admin.batches import BatchAdmin

SHOWN = 20


def withdraw_view(admin: "BatchAdmin", request: AuthedRequest, pk: int) -> HttpResponse:
    """Show what a withdrawal concerns, in counts and first rows; withdraw with a reason, or restore."""
    require_add_permission(admin, request)
    batch = get_object_or_404(Batch.objects.manageable_by(request.user).with_counts(), pk=pk)
    asks_back = request.POST.get("step") == "put-back"
    form = WithdrawBatchForm(request.POST if request.method == "POST" and not asks_back else None)
    if request.method == "POST" and (asks_back or form.is_valid()):
        refusal = _withdraw_or_restore(request, batch, "" if asks_back else form.cleaned_data["reason"])
        if not refusal or asks_back:
            return redirect("admin:consultations_batch_withdraw", batch.pk)
        form.add_error("reason", refusal)
    added = added_by(batch)
    proposals = restorable(added) if batch.taken_back_at else published(added)
    counts, changed = impact_counts(proposals), ProposalRevision.objects.in_force_of(batch).count()
    context = {
        "title": _("まとまりの取り消し"),
        "batch": batch,
        "form": form,
        "counts": counts,
        "changed": changed,
        "all": counts["total"] + changed,
        "proposals": proposals.with_public_tags().order_by("pk")[:SHOWN],
        "job": Job.objects.for_target(batch).filter(kind="move-batch").first(),
    }
    return admin.page(request, "withdraw", status=422 if form.errors else 200, **context)


def _withdraw_or_restore(request: AuthedRequest, batch: Batch, reason: str) -> str:
    """Withdraw with a reason; restore without one. Return the sentence of a refusal, or an empty string."""
    try:
        if reason:
            n = actions.withdraw_batch(batch=batch, reason=reason, by=request.user)
            sentence = _("%(n)d件の意見を取り消しました。まちがいだったときは、この画面から元に戻せます。")
        else:
            n = actions.restore_batch(batch=batch, by=request.user)
            sentence = _("%(n)d件の意見を、元に戻しました。")
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
        return str(refused.sentence)
    messages.success(request, sentence % {"n": n})
    return ""
