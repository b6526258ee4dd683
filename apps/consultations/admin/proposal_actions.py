"""Admin actions on selected proposals: group, assign to departments, mark as differing."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import user_of
from apps.consultations.models import ActionRefused, DifferingVoice, Proposal
from apps.core.admin import PortalAdmin

MAX_SELECTED = 100  # their codes go into a query string
PROPOSAL_ACTIONS = ("group_voices", "assign_voices", "mark_differing", "unmark_differing")


def selected_proposals(request: HttpRequest, queryset: Any) -> list[Proposal]:
    """Return the selected proposals. Raises ActionRefused if the user does not manage all of them, or selected too many."""
    proposals = list(queryset.order_by("pk")[: MAX_SELECTED + 1])
    if len(proposals) > MAX_SELECTED:
        raise ActionRefused(_("一度に選べるのは%(most)d件までです。") % {"most": MAX_SELECTED})
    codes = [row.code for row in proposals]
    own = {row.code for row in Proposal.objects.answerable_by(request.user).by_codes(codes)}
    foreign = [code for code in codes if code not in own]
    if foreign:
        raise ActionRefused(
            _("あなたの課の担当ではない意見が含まれています：%(codes)s") % {"codes": "、".join(foreign[:10])}
        )
    return proposals


class ProposalActions(PortalAdmin):
    """Admin actions on proposals; `actions` of the subclass names them."""

    def has_answer_permission(self, request: HttpRequest) -> bool:
        """Return True for staff of departments and the secretariat."""
        return request.user.has_perm("consultations.answer")

    def _redirect_with_codes(self, request: HttpRequest, queryset: Any, page: str) -> HttpResponseRedirect | None:
        """Redirect to an add page with the codes filled in."""
        try:
            codes = [proposal.code for proposal in selected_proposals(request, queryset)]
        except ActionRefused as refusal:
            messages.error(request, refusal.sentence)
            return None
        return redirect(f"{reverse(page)}?{urlencode({'codes': ' '.join(codes)})}")

    @admin.action(description=gettext_lazy("論点にまとめる"), permissions=["answer"])
    def group_voices(self, request: HttpRequest, queryset: Any) -> HttpResponseRedirect | None:
        """Group into a new or existing topic."""
        return self._redirect_with_codes(request, queryset, "admin:consultations_topic_add")

    @admin.action(description=gettext_lazy("担当課に割り当てる"), permissions=["answer"])
    def assign_voices(self, request: HttpRequest, queryset: Any) -> HttpResponseRedirect | None:
        """Assign to departments."""
        return self._redirect_with_codes(request, queryset, "admin:consultations_assignment_add")

    @admin.action(description=gettext_lazy("「異なる意見」として結果報告にのせる"), permissions=["answer"])
    def mark_differing(self, request: HttpRequest, queryset: Any) -> None:
        """Mark for the result report."""
        self._mark(request, queryset, wanted=True)

    @admin.action(description=gettext_lazy("「異なる意見」から外す"), permissions=["answer"])
    def unmark_differing(self, request: HttpRequest, queryset: Any) -> None:
        """Remove the mark."""
        self._mark(request, queryset, wanted=False)

    def _mark(self, request: HttpRequest, queryset: Any, *, wanted: bool) -> None:
        try:
            count = DifferingVoice.objects.mark(
                selected_proposals(request, queryset), wanted=wanted, by=user_of(request)
            )
        except ActionRefused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("%(n)d件を変えました。") % {"n": count})
