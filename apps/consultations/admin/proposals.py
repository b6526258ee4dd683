"""Proposals, comments and reports in the admin site: for reading. Who wrote a text stands nowhere here."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.consultations.admin.proposal_actions import VOICE_ACTS, ProposalActions
from apps.consultations.models import AbuseReport, Comment, InternalNote, Proposal, ProposalRevision
from apps.operations.admin import ReadOnlyAdmin


class RevisionInline(admin.StackedInline):
    """編集前の文, for those who decide about texts: what its author corrected is nobody else's to read."""

    model: Any = ProposalRevision
    extra = 0
    fields = readonly_fields = ("replaced_at", "title", "body")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Moderators and the secretariat."""
        return request.user.has_perm("consultations.moderate")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    has_change_permission = has_delete_permission = has_add_permission


class NoteInline(RevisionInline):
    """内部メモ, for those who work on the proposal."""

    model: Any = InternalNote
    fields = readonly_fields = ("created_at", "written_by", "body")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """With the proposal."""
        return request.user.has_perm("consultations.view_proposal")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Of the proposals the person works on."""
        return InternalNote.objects.visible_to(request.user).select_related("written_by")


class ContributionAdmin(ReadOnlyAdmin):
    """What everyone in the city's service may look up; seeing is the model's own question."""

    show_full_result_count = False
    search_fields = ("body",)
    change_form_template = "admin/consultations/voice_change.html"

    @admin.display(description=_("表示名"))
    def name_shown(self, voice: Any) -> str:
        """The name that the author chose, or 匿名."""
        return voice.shown_name

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """What the person may see."""
        return self.model.objects.visible_to(request.user)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet, bool]:
        """The portal's own search."""
        return queryset.search(search_term), False


@admin.register(Proposal)
class ProposalAdmin(ProposalActions, ContributionAdmin):
    """アイデア・意見."""

    actions = VOICE_ACTS
    inlines = (NoteInline, RevisionInline)
    list_display = ("code", "heading_shown", "consultation", "state", "channel", "published_at", "likes_shown")
    list_filter = ("state", "channel")
    list_select_related = ("consultation",)
    fields = (
        "code", "consultation", "question", "title", "body", "name_shown", "state", "state_changed_at", "channel",
        "published_at", "edited_at", "like_count", "imported_like_count", "imported_likes_on", "comment_count",
    )  # fmt: skip

    @admin.display(description=_("見出し"))
    def heading_shown(self, voice: Proposal) -> str:
        """The title, or how the text begins."""
        return voice.heading

    @admin.display(description=_("イイネ！の合計"), ordering="like_total")
    def likes_shown(self, voice: Proposal) -> int:
        """Live and imported ones."""
        return voice.like_total


@admin.register(Comment)
class CommentAdmin(ContributionAdmin):
    """コメント."""

    list_display = ("__str__", "proposal", "state", "published_at")
    list_filter = ("state",)
    list_select_related = ("proposal",)
    fields = ("proposal", "parent", "body", "name_shown", "state", "state_changed_at", "published_at")


@admin.register(AbuseReport)
class AbuseReportAdmin(ReadOnlyAdmin):
    """通報: what is reported and why; the reporter's name is not needed for that."""

    list_display = ("__str__", "reason", "created_at")
    list_filter = ("reason",)
    list_select_related = ("proposal", "comment")
    fields = ("proposal", "comment", "reason", "text", "created_at")
