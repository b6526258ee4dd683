"""What can be done with several chosen voices: group them, ask departments to answer, mark them as differing."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.consultations.models import ActionRefused, DifferingVoice, Proposal
from apps.core.admin import PortalAdmin

CHOSEN_AT_ONCE = 100  # their numbers go into an address
VOICE_ACTS = ("group_voices", "assign_voices", "mark_differing", "unmark_differing")


def chosen_voices(request: HttpRequest, queryset: Any) -> list[Proposal]:
    """The chosen ones, all of which this person answers for; otherwise nothing is done."""
    chosen = list(queryset.order_by("pk")[: CHOSEN_AT_ONCE + 1])
    if len(chosen) > CHOSEN_AT_ONCE:
        raise ActionRefused(_("一度に選べるのは%(most)d件までです。") % {"most": CHOSEN_AT_ONCE})
    codes = [row.code for row in chosen]
    own = {row.code for row in Proposal.objects.answerable_by(request.user).with_codes(codes)}
    foreign = [code for code in codes if code not in own]
    if foreign:
        raise ActionRefused(
            _("あなたの課の担当ではない意見が含まれています：%(codes)s") % {"codes": "、".join(foreign[:10])}
        )
    return chosen


class ProposalActions(PortalAdmin):
    """Batch actions of the list of voices; `actions` of the list names them."""

    def has_answer_permission(self, request: HttpRequest) -> bool:
        """Staff of departments, and the secretariat."""
        return request.user.has_perm("consultations.answer")

    def _go(self, request: HttpRequest, queryset: Any, page: str) -> HttpResponseRedirect | None:
        """To the page that asks the rest, with the numbers filled in."""
        try:
            codes = [voice.code for voice in chosen_voices(request, queryset)]
        except ActionRefused as refusal:
            messages.error(request, refusal.sentence)
            return None
        return redirect(f"{reverse(page)}?{urlencode({'codes': ' '.join(codes)})}")

    @admin.action(description=gettext_lazy("論点にまとめる"), permissions=["answer"])
    def group_voices(self, request: HttpRequest, queryset: Any) -> HttpResponseRedirect | None:
        """Into a new topic or an existing one."""
        return self._go(request, queryset, "admin:consultations_topic_add")

    @admin.action(description=gettext_lazy("担当課に割り当てる"), permissions=["answer"])
    def assign_voices(self, request: HttpRequest, queryset: Any) -> HttpResponseRedirect | None:
        """To one or more departments."""
        return self._go(request, queryset, "admin:consultations_assignment_add")

    @admin.action(description=gettext_lazy("「異なる意見」として結果報告にのせる"), permissions=["answer"])
    def mark_differing(self, request: HttpRequest, queryset: Any) -> None:
        """Choose them for the result report."""
        self._mark(request, queryset, wanted=True)

    @admin.action(description=gettext_lazy("「異なる意見」から外す"), permissions=["answer"])
    def unmark_differing(self, request: HttpRequest, queryset: Any) -> None:
        """Take them off again."""
        self._mark(request, queryset, wanted=False)

    def _mark(self, request: HttpRequest, queryset: Any, *, wanted: bool) -> None:
        try:
            count = DifferingVoice.objects.mark(chosen_voices(request, queryset), wanted=wanted, by=request.user)
        except ActionRefused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("%(n)d件を変えました。") % {"n": count})
