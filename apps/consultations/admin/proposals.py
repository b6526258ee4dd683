"""Read-only admin of proposals, comments and reports. It never shows the author."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.consultations.admin.proposal_actions import PROPOSAL_ACTIONS, ProposalActions
from apps.consultations.models import AbuseReport, Comment, InternalNote, Proposal, ProposalRevision
from apps.operations.admin import ReadOnlyAdmin


class RevisionInline(admin.StackedInline):
    """Earlier wordings (編集前の文), for moderators and the secretariat."""

    model: Any = ProposalRevision
    extra = 0
    fields = readonly_fields = ("replaced_at", "title", "body")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True for moderators and the secretariat."""
        return request.user.has_perm("consultations.moderate")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    has_change_permission = has_delete_permission = has_add_permission


class NoteInline(RevisionInline):
    """Internal notes (内部メモ), for those who manage the proposal."""

    model: Any = InternalNote
    fields = readonly_fields = ("created_at", "written_by", "body")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return True for who may view proposals."""
        return request.user.has_perm("consultations.view_proposal")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Return the notes on proposals the user manages."""
        return InternalNote.objects.visible_to(request.user).select_related("written_by")


class ContributionAdmin(ReadOnlyAdmin):
    """Base admin of proposals and comments; visibility is `visible_to`."""

    show_full_result_count = False
    search_fields = ("body",)
    change_form_template = "admin/consultations/voice_change.html"

    @admin.display(description=_("表示名"))
    def name_shown(self, contribution: Any) -> str:
        """Return the public name, or 匿名."""
        return contribution.shown_name

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Return what the user may see."""
        return self.model.objects.visible_to(request.user)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet, bool]:
        """Use the portal's search."""
        return queryset.search(search_term), False


@admin.register(Proposal)
class ProposalAdmin(ProposalActions, ContributionAdmin):
    """Proposals (アイデア・意見)."""

    actions = PROPOSAL_ACTIONS
    inlines = (NoteInline, RevisionInline)
    list_display = ("code", "heading_shown", "consultation", "state", "channel", "published_at", "likes_shown")
    list_filter = ("state", "channel")
    list_select_related = ("consultation",)
    fields = (
        "code", "consultation", "question", "title", "body", "name_shown", "state", "state_changed_at", "channel",
        "published_at", "edited_at", "like_count", "imported_like_count", "imported_likes_on", "comment_count",
    )  # fmt: skip

    @admin.display(description=_("見出し"))
    def heading_shown(self, proposal: Proposal) -> str:
        """Return the title, or the beginning of the text."""
        return proposal.heading

    @admin.display(description=_("イイネ！の合計"), ordering="like_total")
    def likes_shown(self, proposal: Proposal) -> int:
        """Return live and imported likes together."""
        return proposal.like_total


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
