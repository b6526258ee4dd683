"""Topics (論点): proposals of one meaning, grouped by staff. Each keeps its own text, page and likes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role, User
from apps.consultations.models.answers.reply_notifications import notify_late_authors
from apps.consultations.models.base import ActionRefused, State
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.guest import GuestLike
from apps.consultations.models.like import Like
from apps.consultations.models.proposal import Proposal
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.core.code_lookup import next_numbers
from apps.core.copies import Copied
from apps.core.models import Searchable, SearchQuerySet, Timestamped
from apps.core.search import similarity
from apps.core.text import as_number
from apps.core.textfields import TypedCharField, TypedTextField
from apps.operations.models import AuditEntry

if TYPE_CHECKING:
    from apps.consultations.models.answers.reply import Reply

TOPICS_PER_PROPOSAL = 3  # with more, the counts of topics would say little
GROUPED_AT_ONCE = 500
SUGGESTIONS = 10


class TopicQuerySet(SearchQuerySet["Topic"]):
    """QuerySet of Topic."""

    def public(self) -> Self:
        """Filter published topics of announced consultations."""
        now = timezone.now()
        return self.filter(published_at__lte=now, consultation__published_at__lte=now)

    def manageable_by(self, user: User) -> Self:
        """Filter topics that the user manages: all for the secretariat, else those in consultations of the user's departments and
        those assigned to them.
        """
        if user.has_role(Role.SECRETARIAT):
            return self.all()
        own = user.department_ids()
        assigned = self.model.objects.filter(assignments__department__in=own).values("pk")
        return self.filter(Q(consultation__department__in=own) | Q(pk__in=assigned))

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter public topics, and drafts for those who manage them."""
        if not user.is_staff:
            return self.public()
        now = timezone.now()
        public = Q(published_at__lte=now, consultation__published_at__lte=now)
        return self.filter(public | Q(pk__in=self.model.objects.manageable_by(user).values("pk")))

    def in_consultation(self, consultation: Consultation) -> Self:
        """Filter topics of one consultation."""
        return self.filter(consultation=consultation)

    def holding(self, proposal: Proposal) -> Self:
        """Filter topics that hold a proposal."""
        return self.filter(pk__in=proposal.topic_items.values("topic"))

    def get_by_code_or_none(self, code: str) -> "Topic | None":
        """Return the one with this code, in whatever case it was typed."""
        return self.filter(code=as_number(code)).first()

    def with_counts(self) -> Self:
        """Annotate `proposal_count` (public ones), `liker_count` (different people), `guest_liker_count` (different browsers) and
        `imported_count` (imported likes).
        """
        items = TopicProposal.objects.filter(topic=OuterRef("pk"), proposal__state=State.PUBLISHED).order_by()
        likes = Like.objects.filter(proposal__topic_items__topic=OuterRef("pk"), proposal__state=State.PUBLISHED)
        people = likes.order_by().values("proposal__topic_items__topic").annotate(n=Count("user", distinct=True))
        guests = GuestLike.objects.filter(proposal__topic_items__topic=OuterRef("pk"), proposal__state=State.PUBLISHED)
        browsers = guests.order_by().values("proposal__topic_items__topic").annotate(n=Count("handle", distinct=True))
        return self.annotate(
            proposal_count=_number(items.values("topic").annotate(n=Count("*"))),
            liker_count=_number(people),
            guest_liker_count=_number(browsers),
            imported_count=_number(items.values("topic").annotate(n=Sum("proposal__imported_like_count"))),
        )

    def by_codes(self, codes: list[str]) -> Self:
        """Filter topics with these codes."""
        return self.filter(code__in=[as_number(code) for code in codes]).order_by("pk")

    def published(self) -> Self:
        """Filter published topics."""
        return self.exclude(published_at=None)

    def repeating(self, text: models.Model) -> Self:
        """Filter topics that may quote the text: those that hold it."""
        return self.filter(proposals=text) if isinstance(text, Proposal) else self.none()

    def drafts(self) -> Self:
        """Filter drafts."""
        return self.filter(published_at=None)

    def for_lists(self) -> Self:
        """Select what a card shows, largest topics first."""
        return self.select_related("consultation").with_counts().order_by("-proposal_count", "pk")


def _number(counted: models.QuerySet[Any, Any]) -> Coalesce:
    return Coalesce(Subquery(counted.values("n"), output_field=models.IntegerField()), 0)


class Topic(Timestamped, Searchable):
    """What several proposals say in common, in the city's words (論点). Public after `publish`; its URL never changes."""

    search_fields = ("title", "summary")
    number_field = "code"
    copied_words = (Copied("title"), Copied("summary"))

    code = models.CharField(_("番号"), max_length=12, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="topics", verbose_name=_("テーマ"))
    title = TypedCharField(_("論点"), max_length=80)
    summary = TypedTextField(_("まとめ"), max_length=600, blank=True)
    proposals = models.ManyToManyField(Proposal, through="TopicProposal", related_name="topics", verbose_name=_("意見"))
    published_at = models.DateTimeField(_("公開日時"), null=True, blank=True, editable=False)

    proposal_count: int  # these four by `with_counts`
    liker_count: int
    guest_liker_count: int
    imported_count: int
    answers: "list[Reply]"  # set by the page of its consultation

    objects = TopicQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("論点")
        verbose_name_plural = _("論点")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new topic gets its code."""
        self.code = self.code or next_numbers("T", sequence="topic_code")[0]
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return its permanent URL."""
        return reverse("consultations:topic", args=[self.code])

    @property
    def words_of_number(self) -> str:
        """Return its title alone: the code stands beside it."""
        return self.title

    @property
    def is_public(self) -> bool:
        """Return True if it is published (and its consultation public)."""
        return self.published_at is not None and self.published_at <= timezone.now()

    @property
    def public_proposals(self) -> ProposalQuerySet:
        """Return the public proposals in it."""
        return Proposal.objects.public().filter(topic_items__topic=self)

    @property
    def leading_proposal(self) -> Proposal | None:
        """Return the public proposal with the most likes, or None."""
        return self.public_proposals.order_by("-like_total", "pk").first()

    def publish(self, *, by: User) -> None:
        """Publish and audit it. Raises ActionRefused without a public proposal."""
        if not self.public_proposals.exists():
            raise ActionRefused(_("公開するには、公開中の意見を一件以上まとめてください。"))
        with transaction.atomic():
            self.published_at = self.published_at or timezone.now()
            self.save(update_fields=["published_at", "updated_at"])
            AuditEntry.record("publish_topic", self, by=by)

    def group(self, proposals: Iterable[Proposal], *, by: User) -> list[Proposal]:
        """Add proposals of the same consultation, audit it and notify their authors of existing replies. Return the new ones."""
        with transaction.atomic():
            ids = [proposal.pk for proposal in proposals]
            rows = list(Proposal.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",)))
            new = self.require_groupable(rows)
            TopicProposal.objects.bulk_create(TopicProposal(topic=self, proposal=row) for row in new)
            if new:
                AuditEntry.record("group", self, by=by, codes=[row.code for row in new])
                notify_late_authors(self, new)
        return new

    def ungroup(self, proposals: Iterable[Proposal], *, by: User) -> int:
        """Remove proposals and audit it. Return how many."""
        with transaction.atomic():
            items = self.items.filter(proposal__in=[proposal.pk for proposal in proposals])
            codes = list(items.order_by("pk").values_list("proposal__code", flat=True))
            items.delete()
            if codes:
                AuditEntry.record("ungroup", self, by=by, codes=codes)
        return len(codes)

    def require_groupable(self, rows: list[Proposal]) -> list[Proposal]:
        """Return the proposals that are not in it yet.

        Raises ActionRefused for too many at once, for proposals of other consultations, for non-public ones, and for proposals
        in too many topics.
        """
        if len(rows) > GROUPED_AT_ONCE:
            raise ActionRefused(_("一度にまとめられるのは%(most)d件までです。") % {"most": GROUPED_AT_ONCE})
        foreign = [row.code for row in rows if row.consultation_id != self.consultation_id]
        if foreign:
            raise ActionRefused(_("別のテーマの意見はまとめられません：%(codes)s") % {"codes": "、".join(foreign)})
        unread = [row.code for row in rows if not row.is_public]
        if unread:
            raise ActionRefused(_("公開されていない意見はまとめられません：%(codes)s") % {"codes": "、".join(unread)})
        grouped_ids = (
            set(self.items.filter(proposal__in=rows).values_list("proposal_id", flat=True)) if self.pk else set()
        )
        new = [row for row in rows if row.pk not in grouped_ids]
        self._require_room(new)
        return new

    def _require_room(self, rows: list[Proposal]) -> None:
        """Raise ActionRefused for proposals that are in TOPICS_PER_PROPOSAL topics already."""
        counted = TopicProposal.objects.filter(proposal__in=rows).values("proposal__code").annotate(n=Count("*"))
        full = [row["proposal__code"] for row in counted.order_by("proposal__code") if row["n"] >= TOPICS_PER_PROPOSAL]
        if full:
            words = {"most": TOPICS_PER_PROPOSAL, "codes": "、".join(full)}
            raise ActionRefused(_("一つの意見を入れられる論点は%(most)d個までです：%(codes)s") % words)

    def suggestions(self) -> list[Proposal]:
        """Return public proposals similar to those in it, most similar first, for staff to choose from."""
        texts = [self.title + " " + self.summary, *self.proposals.order_by("pk").values_list("body", flat=True)[:3]]
        others = Proposal.objects.public().in_consultation(self.consultation).exclude(topic_items__topic=self)
        candidates = {row.pk: row for text in texts for row in others.resembling(text, limit=SUGGESTIONS, least=0.15)}
        like = set().union(*(set(row.search_bigrams) for row in self.proposals.all()[:3])) or set(self.search_bigrams)
        return sorted(candidates.values(), key=lambda row: -similarity(like, set(row.search_bigrams)))[:SUGGESTIONS]


class TopicProposal(models.Model):
    """A proposal in a topic, and when it was grouped there."""

    topic = models.ForeignKey(Topic, models.PROTECT, related_name="items", verbose_name=_("論点"))
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="topic_items", verbose_name=_("意見"))
    grouped_at = models.DateTimeField(_("まとめた日時"), default=timezone.now)

    class Meta:
        verbose_name = _("論点の意見")
        verbose_name_plural = _("論点の意見")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["topic", "proposal"], name="topic_proposal_once")]

    def __str__(self) -> str:
        return f"{self.topic_id} ← {self.proposal_id}"
