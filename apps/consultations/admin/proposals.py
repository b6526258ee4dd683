"""Read-only admin of proposals, comments and reports. It never shows the author."""

from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import user_of
from apps.consultations.models import (
    AbuseReport,
    ActionRefused,
    Comment,
    DifferingVoice,
    InternalNote,
    Proposal,
    ProposalRevision,
)
from apps.consultations.models.base import Contribution, ContributionQuerySet
from apps.core.generic import StackedInline
from apps.operations.admin import ReadOnlyAdmin

MAX_SELECTED = 100  # their codes go into a query string


Part = TypeVar("Part", bound=Model)


class PartInline(StackedInline[Part, Proposal]):
    """Base of the read-only parts of a proposal."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Proposal | None = None) -> bool:
        """Return False: nobody may."""
        return False

    has_change_permission = has_delete_permission = has_add_permission


class RevisionInline(PartInline[ProposalRevision]):
    """Earlier wordings (編集前の文), for moderators and the secretariat."""

    model = ProposalRevision
    fields = readonly_fields = ("replaced_at", "title", "body")

    def has_view_permission(self, request: HttpRequest, obj: Proposal | None = None) -> bool:
        """Return True for moderators and the secretariat."""
        return request.user.has_perm("consultations.moderate")


class NoteInline(PartInline[InternalNote]):
    """Internal notes (内部メモ), for those who manage the proposal."""

    model = InternalNote
    fields = readonly_fields = ("created_at", "written_by", "body")

    def has_view_permission(self, request: HttpRequest, obj: Proposal | None = None) -> bool:
        """Return True for who may view proposals."""
        return request.user.has_perm("consultations.view_proposal")

    def get_queryset(self, request: HttpRequest) -> QuerySet[InternalNote]:
        """Return the notes on proposals the user manages."""
        return InternalNote.objects.visible_to(request.user).select_related("written_by")


class ContributionAdmin(ReadOnlyAdmin):
    """Base admin of proposals and comments; visibility is `visible_to`."""

    show_full_result_count = False
    search_fields = ("body",)
    change_form_template = "admin/consultations/voice_change.html"

    @admin.display(description=gettext_lazy("表示名"))
    def name_shown(self, contribution: Contribution) -> str:
        """Return the public name, or 匿名."""
        return contribution.shown_name

    def get_queryset(self, request: HttpRequest) -> ContributionQuerySet[Any]:
        """Return what the user may see."""
        contributions: ContributionQuerySet[Any] = self.model.objects.visible_to(request.user)
        return contributions

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[ContributionQuerySet[Any], bool]:
        """Use the portal's search."""
        return cast("ContributionQuerySet[Any]", queryset).search(search_term), False


def selected_proposals(request: HttpRequest, queryset: QuerySet[Proposal]) -> list[Proposal]:
    """Return the selected proposals. Raises ActionRefused if the user does not manage all of them, or selected too many."""
    proposals = list(queryset.order_by("pk")[: MAX_SELECTED + 1])
    if len(proposals) > MAX_SELECTED:
        raise ActionRefused(_("一度に選べるのは%(most)d件までです。") % {"most": MAX_SELECTED})
    codes = [row.code for row in proposals]
    own = {row.code for row in Proposal.objects.answerable_by(user_of(request)).by_codes(codes)}
    foreign = [code for code in codes if code not in own]
    if foreign:
        raise ActionRefused(
            _("あなたの課の担当ではない意見が含まれています：%(codes)s") % {"codes": "、".join(foreign[:10])}
        )
    return proposals


@admin.register(Proposal)
class ProposalAdmin(ContributionAdmin):
    """Proposals (意見), with actions on selected ones: group, assign to departments, mark as differing."""

    actions = ("group_voices", "assign_voices", "mark_differing", "unmark_differing")
    inlines = (NoteInline, RevisionInline)
    list_display = ("code", "heading_shown", "consultation", "state", "channel", "published_at", "likes_shown")
    list_filter = ("state", "channel")
    list_select_related = ("consultation",)
    fields = (
        "code", "consultation", "question", "title", "body", "name_shown", "state", "state_changed_at", "channel",
        "published_at", "edited_at", "like_count", "imported_like_count", "imported_likes_on", "comment_count",
    )  # fmt: skip

    @admin.display(description=gettext_lazy("見出し"))
    def heading_shown(self, proposal: Proposal) -> str:
        """Return the title, or the beginning of the text."""
        return proposal.heading

    @admin.display(description=gettext_lazy("イイネ！の合計"), ordering="like_total")
    def likes_shown(self, proposal: Proposal) -> int:
        """Return live and imported likes together."""
        return int(proposal.like_total)

    def has_answer_permission(self, request: HttpRequest) -> bool:
        """Return True for staff of departments and the secretariat."""
        return request.user.has_perm("consultations.answer")

    def _redirect_with_codes(
        self, request: HttpRequest, queryset: QuerySet[Proposal], page: str
    ) -> HttpResponseRedirect | None:
        """Redirect to an add page with the codes filled in."""
        try:
            codes = [proposal.code for proposal in selected_proposals(request, queryset)]
        except ActionRefused as refusal:
            messages.error(request, refusal.sentence)
            return None
        return redirect(f"{reverse(page)}?{urlencode({'codes': ' '.join(codes)})}")

    @admin.action(description=gettext_lazy("論点にまとめる"), permissions=["answer"])
    def group_voices(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> HttpResponseRedirect | None:
        """Group into a new or existing topic."""
        return self._redirect_with_codes(request, queryset, "admin:consultations_topic_add")

    @admin.action(description=gettext_lazy("担当課に割り当てる"), permissions=["answer"])
    def assign_voices(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> HttpResponseRedirect | None:
        """Assign to departments."""
        return self._redirect_with_codes(request, queryset, "admin:consultations_assignment_add")

    @admin.action(description=gettext_lazy("「異なる意見」として結果報告にのせる"), permissions=["answer"])
    def mark_differing(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> None:
        """Mark for the result report."""
        self._mark(request, queryset, wanted=True)

    @admin.action(description=gettext_lazy("「異なる意見」から外す"), permissions=["answer"])
    def unmark_differing(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> None:
        """Remove the mark."""
        self._mark(request, queryset, wanted=False)

    def _mark(self, request: HttpRequest, queryset: QuerySet[Proposal], *, wanted: bool) -> None:
        try:
            count = DifferingVoice.objects.mark(
                selected_proposals(request, queryset), wanted=wanted, by=user_of(request)
            )
        except ActionRefused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("%(n)d件を変えました。") % {"n": count})


@admin.register(Comment)
class CommentAdmin(ContributionAdmin):
    """Comments (コメント)."""

    list_display = ("__str__", "proposal", "state", "published_at")
    list_filter = ("state",)
    list_select_related = ("proposal",)
    fields = ("proposal", "parent", "body", "name_shown", "state", "state_changed_at", "published_at")


@admin.register(AbuseReport)
class AbuseReportAdmin(ReadOnlyAdmin):
    """Abuse reports (通報), without the reporter."""

    list_display = ("__str__", "reason", "created_at")
    list_filter = ("reason",)
    list_select_related = ("proposal", "comment")
    fields = ("proposal", "comment", "reason", "text", "created_at")
