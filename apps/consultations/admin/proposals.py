"""Read-only admin of proposals, comments and reports. It never shows the author."""

from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.requests import user_of
from apps.consultations.admin.base import SELECTION
from apps.consultations.admin.proposal_filters import FILTERS, theme_of
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
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.consultations.models.voice_kind import VoiceKind
from apps.core.date_formats import era_day
from apps.core.generic import StackedInline
from apps.operations.admin import ReadOnlyAdmin

MAX_SELECTED = 500  # a board for sorting and an answer for a whole topic do for more
BREAK = SafeString("<br>")
MAX_IN_URL = 100  # more codes wait in the session: a URL has no room for them

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


class ProposalList(ChangeList):
    """The list of proposals, with what its columns 論点 and 回答 show."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> ProposalQuerySet:
        """Return the narrowed rows with their topics and replies."""
        rows = cast("ProposalQuerySet", super().get_queryset(request, exclude_parameters))
        return rows.with_work(user_of(request))


@admin.register(Proposal)
class ProposalAdmin(ContributionAdmin):
    """Proposals (意見), with actions on selected ones: group, assign to departments, mark as differing."""

    actions = ("group_voices", "assign_voices", "mark_differing", "unmark_differing")
    inlines = (NoteInline, RevisionInline)
    list_display = (
        "code", "heading_shown", "question_shown", "topics_shown", "answer_shown", "state_shown", "channel_shown",
        "likes_shown", "kinds_shown", "copies_shown",
    )  # fmt: skip
    list_filter = FILTERS
    list_select_related = ("consultation", "question")
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    search_help_text = gettext_lazy("ことば・番号（C25-0142。いくつでも）")
    change_list_template = "admin/consultations/proposal_list.html"
    fields = (
        "code", "consultation", "question", "title", "body", "name_shown", "state", "state_changed_at", "channel",
        "published_at", "edited_at", "like_count", "imported_like_count", "imported_likes_on", "comment_count",
    )  # fmt: skip

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Name the consultation under each heading, unless the list is of one."""
        return ("code", "heading_shown" if theme_of(request) else "heading_with_theme", *self.list_display[2:])

    @admin.display(description=gettext_lazy("意見"))
    def heading_shown(self, proposal: Proposal) -> str:
        """Return the title, or the beginning of the text."""
        return proposal.heading

    @admin.display(description=gettext_lazy("意見・テーマ"))
    def heading_with_theme(self, proposal: Proposal) -> str:
        """Return the heading, and below it the consultation."""
        return format_html('{}<br><span class="staff-place">{}</span>', proposal.heading, proposal.consultation.title)

    @admin.display(description=gettext_lazy("問い"), ordering="question__number")
    def question_shown(self, proposal: Proposal) -> str:
        """Return the number of the question."""
        return _("問い%(n)d") % {"n": proposal.question.number}

    @admin.display(description=gettext_lazy("論点"))
    def topics_shown(self, proposal: Proposal) -> str:
        """Return the topics that hold it, each with a link; まだ without one."""
        rows = [
            (reverse("admin:consultations_topic_change", args=[item.topic_id]), item.topic.title)
            for item in proposal.topic_items.all()
        ]
        return format_html_join(BREAK, '<a href="{}">{}</a>', rows) or _("まだ")

    @admin.display(description=gettext_lazy("回答"))
    def answer_shown(self, proposal: Proposal) -> str:
        """Return published replies with their status, and the drafts that the user may see; なし without one."""
        rows = [proposal, *(item.topic for item in proposal.topic_items.all())]
        replies = [reply for row in rows for reply in cast("Any", row).seen_replies]
        words = [str(row.status) if row.status else _("下書き（%(who)s）") % {"who": row.department} for row in replies]
        return format_html_join(BREAK, "{}", [(word,) for word in dict.fromkeys(words)]) or _("なし")

    @admin.display(description=gettext_lazy("状態・受付"), ordering="created_at")
    def state_shown(self, proposal: Proposal) -> str:
        """Return the state, and the day on which it came in."""
        return format_html("{}<br>{}", proposal.get_state_display(), era_day(proposal.created_at))

    @admin.display(description=gettext_lazy("収集経路"), ordering="channel")
    def channel_shown(self, proposal: Proposal) -> str:
        """Return how it reached the city."""
        return proposal.get_channel_display()

    @admin.display(description=gettext_lazy("イイネ！"), ordering="like_total")
    def likes_shown(self, proposal: Proposal) -> int:
        """Return live and imported likes together."""
        return int(proposal.like_total)

    @admin.display(description=gettext_lazy("種類（自動）"))
    def kinds_shown(self, proposal: Proposal) -> str:
        """Return the kinds that rules tell; empty if they know none."""
        return "、".join(VoiceKind.labels_of(proposal.body))

    @admin.display(description=gettext_lazy("ほぼ同じ文"))
    def copies_shown(self, proposal: Proposal) -> str:
        """Return how many texts say nearly the same, with itself; empty for a text without copies."""
        n = getattr(proposal, "copies", 1)
        return _("%(n)d件") % {"n": n} if n > 1 else ""

    def get_queryset(self, request: HttpRequest) -> ContributionQuerySet[Any]:
        """Return what the user may see, with the number of nearly the same texts."""
        return cast("ProposalQuerySet", super().get_queryset(request)).with_copies()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the class of the list, which also reads topics and replies."""
        return ProposalList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[ContributionQuerySet[Any], bool]:
        """Search by words, or by one or several numbers."""
        return cast("ProposalQuerySet", queryset).by_number_or_words(search_term), False

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
        if len(codes) > MAX_IN_URL:
            request.session[SELECTION] = codes
            return redirect(f"{reverse(page)}?codes={SELECTION}")
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
