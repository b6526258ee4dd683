"""コメント: what residents say to a proposal, with one level of replies."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.consultations.models.base import ERASED, Contribution, ContributionQuerySet, State
from apps.consultations.models.proposal import Proposal
from apps.core.models import Searchable, no_control_characters
from apps.core.text import count_characters
from apps.core.textfields import TypedTextField
from apps.core.two_phase import is_any_reader

if TYPE_CHECKING:
    from apps.consultations.models.guest import GuestKey
    from apps.consultations.models.moderation.policy import PolicyArticle

COMMENT_MAX = 1000


class CommentQuerySet(ContributionQuerySet["Comment"]):
    """QuerySet of Comment."""

    def public(self) -> Self:
        """Return what everyone may read: public comments on public proposals."""
        return self.filter(state=State.PUBLISHED, proposal__in=Proposal.objects.public())

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Public comments and one's own."""
        if not user.is_authenticated or is_any_reader(user):
            return self.public()
        return self.filter(Q(state=State.PUBLISHED) | Q(author=user), proposal__in=Proposal.objects.visible_to(user))

    def names_and_bodies(self) -> "models.QuerySet[Comment, tuple[str, str]]":
        """Return (name, body) of each."""
        return self.annotate(name=Concat("proposal__code", Value("へのコメント"))).values_list("name", "body")

    def for_proposal(self, proposal: Proposal) -> Self:
        """Return those on one proposal."""
        return self.filter(proposal=proposal)

    def published(self) -> Self:
        """Return those that can be read, of a proposal that can be read."""
        return self.filter(state=State.PUBLISHED)

    def worked_on_by(self, user: User) -> Self:
        """Return those on proposals on which the person works."""
        return self.filter(proposal__in=Proposal.objects.worked_on_by(user).order_by())

    def in_thread(self, user: User | AnonymousUser) -> Self:
        """Return what stands in a thread: public ones, a placeholder for each that was withdrawn or hidden since, and what of
        the person's own still waits."""
        public_or_placeholder = Q(
            state__in=[State.PUBLISHED, State.WITHDRAWN, State.HIDDEN], published_at__isnull=False
        )
        own = Q(author=user, state=State.HELD) if user.is_authenticated and not is_any_reader(user) else Q()
        return self.filter(public_or_placeholder | own).select_related("hidden_for")

    def proposals_with_held_of(self, proposals: Iterable[int], *, user: User) -> frozenset[int]:
        """Return the ids of those proposals on which a comment of a person waits for approval."""
        held = self.filter(author=user, state=State.HELD, proposal__in=proposals)
        return frozenset(held.values_list("proposal", flat=True))

    def top_level(self) -> Self:
        """Return comments on the proposal itself."""
        return self.filter(parent=None)

    def for_own_page(self) -> Self:
        """Load what its author's own list shows."""
        return self.select_related("proposal__consultation", "hidden_for")

    def withdraw_all(self) -> int:
        """Take back all of them, hidden ones too, with the counts: their author leaves. How many there were."""
        now = timezone.now()
        with transaction.atomic():
            rows = list(self.exclude(state=State.WITHDRAWN).select_for_update(of=("self",)))
            public = Counter(row.proposal_id for row in rows if row.state == State.PUBLISHED)
            for proposal_id, n in sorted(public.items()):
                Proposal.objects.filter(pk=proposal_id).update(comment_count=F("comment_count") - n)
            return Comment.objects.filter(pk__in=[row.pk for row in rows]).update(
                state=State.WITHDRAWN, hidden_for=None, state_changed_at=now, updated_at=now
            )

    @transaction.atomic
    def erase(self) -> int:
        """Let the words and the author of these comments go; how many there were."""
        guest_keys = apps.get_model("consultations", "GuestKey")._default_manager
        guest_keys.filter(comment__in=self.order_by()).delete()
        words = {"body": ERASED, "search_text": "", "search_bigrams": []}
        return self.update(public_name="", author=None, updated_at=timezone.now(), **words)

    def with_replies(self, user: User | AnonymousUser) -> Self:
        """Load the replies of each in `thread`, as this person may see them, the oldest first."""
        replies = Comment.objects.in_thread(user).order_by("pk")
        return self.prefetch_related(models.Prefetch("replies", queryset=replies, to_attr="thread"))


class Comment(Contribution, Searchable):
    """A comment on a proposal, or a reply to a comment (one level: a reply has no replies)."""

    search_fields = ("body",)

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="comments", verbose_name=_("意見"))
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="replies", verbose_name=_("返信先")
    )
    body = TypedTextField(_("コメント"))

    objects = CommentQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("コメント")
        verbose_name_plural = _("コメント")
        ordering = ["pk"]
        indexes = [*Searchable.Meta.indexes, models.Index(fields=["proposal", "parent", "id"], name="comment_thread")]
        constraints = [
            *Contribution.Meta.constraints,
            models.CheckConstraint(condition=~Q(body=""), name="comment_body_given"),
            no_control_characters("body", "comment_body_plain"),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=models.F("id")), name="comment_not_own_parent"),
        ]

    def __str__(self) -> str:
        return self.body[:40]

    @property
    def code(self) -> str:
        """Return its number: that of the proposal, and its own in the portal."""
        return f"{self.proposal.code}-{self.pk}"

    def is_opened_by(self, key: "AnonymousUser | GuestKey") -> bool:
        """Return whether this is its guest's key."""
        return getattr(key, "comment_id", None) == self.pk

    def get_absolute_url(self) -> str:
        """Return the URL of its place in the thread of its proposal."""
        return f"{self.proposal.get_absolute_url()}#comment-{self.pk}"

    def get_own_url(self) -> str:
        """Return the URL at which its author finds it in any state."""
        if self.is_public:
            return self.get_absolute_url()
        return reverse("consultations:comment_own", args=[self.proposal.code, self.pk])

    def move_to(self, state: str, *, article: "PolicyArticle | None" = None) -> None:
        """Change where the comment stands, together with the number of comments of its proposal."""
        with transaction.atomic():
            before = Comment.objects.filter(pk=self.pk, state=State.PUBLISHED).exists()
            super().move_to(state, article=article)
            step = int(self.is_public) - int(before)
            if step:
                Proposal.objects.filter(pk=self.proposal_id).update(comment_count=F("comment_count") + step)

    def clean(self) -> None:
        """Require 1 to 1,000 characters, and for a reply a comment on the same proposal."""
        over = count_characters(self.body) - COMMENT_MAX
        if over > 0:
            numbers = {"max": COMMENT_MAX, "over": over}
            raise ValidationError(
                {"body": _("%(max)d文字以内で書いてください（%(over)d文字多くなっています）。") % numbers}
            )
        if self.parent and (self.parent.parent_id or self.parent.proposal_id != self.proposal_id):
            raise ValidationError(_("このコメントには返信できません。"))
