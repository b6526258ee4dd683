"""Challenges and offers (課題 × 提案): what the city and its residents need, and what organizations offer."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase

from apps.accounts.models import Department, Posting, Role, User
from apps.consultations.models import ActionRefused, Proposal, Tag, TagsField
from apps.core import search
from apps.core.copies import Copied
from apps.core.models import Searchable, SearchQuerySet, Timestamped, no_control_characters
from apps.core.submission import SubmitKeyField
from apps.core.textfields import TypedCharField, TypedTextField
from apps.council.models.organization import Organization
from apps.operations.models import AuditEntry
from apps.vision.models import Field

CANDIDATES = 60  # newest calls that are compared with one
SUGGESTED = 5


class CallState(models.TextChoices):
    """The state of a challenge or an offer."""

    WAITING = "waiting", _("確認待ち")
    PUBLISHED = "published", _("公開")
    RETURNED = "returned", _("差し戻し")
    ENDED = "ended", _("募集終了")


class CallQuerySet(SearchQuerySet[Any]):
    """QuerySet that challenges and offers have in common."""

    def open(self) -> Self:
        """Filter those that still look for a partner today."""
        return self.public().filter(
            Q(closes_on=None) | Q(closes_on__gte=timezone.localdate()), state=CallState.PUBLISHED
        )

    def public(self) -> Self:
        """Filter those that everyone may read."""
        return self.filter(state__in=[CallState.PUBLISHED, CallState.ENDED])

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter public ones and one's own; for the secretariat, all."""
        if not user.is_authenticated:
            return self.public()
        if user.has_role(Role.SECRETARIAT):
            return self.all()
        return self.filter(
            Q(pk__in=self.model.objects.public().values("pk")) | Q(pk__in=self.for_user(user).values("pk"))
        )

    def for_user(self, user: User) -> Self:
        """Filter those for which a person speaks."""
        raise NotImplementedError

    def written_by_person(self, user: User) -> Self:
        """Filter what a person wrote, for the export of personal data. It stays the organization's when the person leaves."""
        return self.filter(written_by=user).select_related(self.model.origin_name).order_by("pk")

    def written_since(self, moment: datetime) -> Self:
        """Filter those created after this moment (for the rate limit)."""
        return self.filter(created_at__gt=moment)

    def waiting(self) -> Self:
        """Filter those that wait for the secretariat, the oldest first."""
        return self.filter(state=CallState.WAITING).order_by("pk")

    def tagged(self, tag: Tag) -> Self:
        """Filter those with an approved tag."""
        return self.filter(tag_items__tag=tag, tag_items__tag__is_approved=True)

    def newest(self) -> Self:
        """Order the newest first."""
        return self.order_by("-pk")

    def in_field(self, field: Field | None) -> Self:
        """Filter those in a field (分野); all for None."""
        return self.filter(fields=field) if field else self

    def for_lists(self) -> Self:
        """Load what a card shows, in a fixed number of queries."""
        return self.defer("search_text", "search_bigrams").prefetch_related("fields")

    def fitting(self, other: "Call") -> list[Any]:
        """Return the open ones that fit a call of the other kind best: by common fields and tags, and by similar text."""
        fields, tags = list(other.fields.values_list("pk", flat=True)), list(other.tags.values_list("pk", flat=True))
        near = (
            self.open()
            .annotate(
                same_fields=Count("fields", filter=Q(fields__in=fields), distinct=True),
                same_tags=Count("tag_items", filter=Q(tag_items__tag__in=tags), distinct=True),
            )
            .order_by("-pk")[:CANDIDATES]
        )
        wanted = set(other.search_bigrams)
        scored = [
            (row.same_fields + row.same_tags + 3 * search.similarity(wanted, set(row.search_bigrams)), row)
            for row in near
        ]
        scored.sort(key=lambda pair: -pair[0])
        return [row for score, row in scored if score >= LEAST][:SUGGESTED]


LEAST = 0.6  # one field or tag in common, or a fifth of the words


class Call(Timestamped, Searchable):
    """A challenge or an offer: text, conditions, a period, and the secretariat's decision."""

    search_fields = ("title", "body", "conditions")
    origin_name: ClassVar[str]  # the relation that says whose it is
    fields: Any
    tags: Any

    title = TypedCharField(_("題名"), max_length=80)
    body = TypedTextField(_("内容"), max_length=2000)
    conditions = TypedTextField(_("条件"), blank=True, max_length=1000)
    closes_on = models.DateField(_("募集の終わり"), null=True, blank=True)
    state = models.CharField(
        _("状態"), max_length=10, choices=CallState.choices, default=CallState.WAITING, editable=False
    )
    published_at = models.DateTimeField(_("公開日時"), null=True, blank=True, editable=False)
    decision_note = TypedTextField(_("事務局から"), blank=True, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False, verbose_name=_("作成者")
    )
    submit_key = SubmitKeyField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Return whether it still looks for a partner."""
        return self.state == CallState.PUBLISHED and (self.closes_on is None or self.closes_on >= timezone.localdate())

    @property
    def public_tags(self) -> list[Tag]:
        """Return its approved tags."""
        return list(self.tags.filter(is_approved=True).order_by("name"))

    def is_spoken_for_by(self, user: User) -> bool:
        """Return whether a person confirms matches for it."""
        raise NotImplementedError

    def decide(self, *, publish: bool, note: str, by: User) -> None:
        """Publish it, or return it with a reason. Raises ActionRefused when it is decided already."""
        if self.state != CallState.WAITING:
            raise ActionRefused(_("すでに確認が済んでいます。"))
        if not publish and not note.strip():
            raise ActionRefused(_("差し戻すときは、理由を書いてください。"))
        with transaction.atomic():
            self.state = CallState.PUBLISHED if publish else CallState.RETURNED
            self.published_at = timezone.now() if publish else None
            self.decision_note = "" if publish else note.strip()
            self.save(update_fields=["state", "published_at", "decision_note", "updated_at"])
            AuditEntry.record("publish_call" if publish else "return_call", self, by=by, note=self.decision_note)

    def end(self, *, by: User) -> None:
        """End the search for a partner; the page stays."""
        if self.state != CallState.PUBLISHED:
            raise ActionRefused(_("公開中のものだけを終了できます。"))
        with transaction.atomic():
            self.state = CallState.ENDED
            self.save(update_fields=["state", "updated_at"])
            AuditEntry.record("end_call", self, by=by)


class ChallengeTag(ItemBase):
    """A tag on a challenge."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="challenge_items")
    content_object = models.ForeignKey("council.Challenge", models.CASCADE, related_name="tag_items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="challenge_tag_once")]


class OfferTag(ItemBase):
    """A tag on an offer."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="offer_items")
    content_object = models.ForeignKey("council.Offer", models.CASCADE, related_name="tag_items")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="offer_tag_once")]


class ChallengeQuerySet(CallQuerySet):
    """QuerySet of Challenge."""

    def public(self) -> Self:
        """Filter public ones; a resident's challenge is public only while the proposal it starts from is."""
        voice = models.Exists(Proposal.objects.public().filter(pk=models.OuterRef("proposal")))
        return super().public().filter(Q(proposal=None) | voice)

    def from_voice(self, proposal: Proposal) -> Self:
        """Filter those that start from a proposal."""
        return self.filter(proposal=proposal)

    def repeating(self, text: models.Model) -> Self:
        """Return those that may repeat words of a text: those that start from it."""
        return self.from_voice(text) if isinstance(text, Proposal) else self.none()

    def for_user(self, user: User) -> Self:
        """Filter one's department's, and those that one submitted as a resident."""
        return self.filter(Q(department__in=user.department_ids()) | Q(department=None, written_by=user))


class Challenge(Call):
    """課題: something the city or a resident would like to solve together with somebody."""

    origin_name = "department"
    copied_words = (Copied("title"), Copied("body"), Copied("conditions"), Copied("decision_note"))

    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="challenges", verbose_name=_("市の担当課")
    )
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, null=True, blank=True, related_name="challenges", verbose_name=_("もとになった意見")
    )
    fields = models.ManyToManyField(Field, blank=True, related_name="challenges", verbose_name=_("分野"))
    tags = TagsField(_("タグ"), through=ChallengeTag, blank=True)

    objects = ChallengeQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("課題")
        verbose_name_plural = _("課題")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["written_by", "submit_key"], name="challenge_submitted_once"),
            models.CheckConstraint(
                condition=Q(department=None, proposal__isnull=False) | Q(department__isnull=False),
                name="challenge_has_origin",
                violation_error_message=_("課題には、市の担当課か、もとになった意見が必要です。"),
            ),
            no_control_characters("body", "challenge_body_plain"),
        ]

    def get_absolute_url(self) -> str:
        """Return the URL of its page."""
        return reverse("council:challenge", args=[self.pk])

    @property
    def origin(self) -> str:
        """Return whose challenge it is; a resident is never named."""
        return f"調布市 {self.department}" if self.department else str(_("市民"))

    def is_spoken_for_by(self, user: User) -> bool:
        """Return whether a person confirms matches for it."""
        if self.department_id:
            return self.department_id in user.department_ids()
        return self.written_by_id is not None and self.written_by_id == user.pk

    @property
    def contacts(self) -> list[str]:
        """Return how the other side of a confirmed match reaches it: the department's e-mail address, or its people's.

        Empty for a resident, whose e-mail address is given to nobody: the secretariat passes messages on.
        """
        if self.department is None:
            return []
        return [self.department.email] if self.department.email else User.objects.emails_of(self.people())

    def people(self) -> set[int]:
        """Return the ids of the people who are notified of its matches."""
        if self.department_id:
            return set(Posting.objects.current().in_department(self.department_id).values_list("user_id", flat=True))
        return {self.written_by_id} if self.written_by_id else set()


class OfferQuerySet(CallQuerySet):
    """QuerySet of Offer."""

    def public(self) -> Self:
        """Filter public ones of public organizations."""
        return super().public().filter(organization__is_public=True)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter public ones, one's own, and those made to a challenge of one's own; for the secretariat, all."""
        rows = super().visible_to(user)
        if not user.is_authenticated or user.has_role(Role.SECRETARIAT):
            return rows
        own = Challenge.objects.for_user(user).values("pk")
        made_to_own = self.model.objects.filter(matches__challenge__in=own).values("pk")
        return rows | self.filter(pk__in=made_to_own)

    def unmatched_with(self, challenge: Challenge) -> Self:
        """Filter those that nobody has brought together with a challenge."""
        return self.exclude(matches__challenge=challenge)

    def for_user(self, user: User) -> Self:
        """Filter those of one's organization."""
        return self.filter(organization__in=Organization.objects.for_user(user))


class Offer(Call):
    """提案（技術・ノウハウ）: what an organization can bring."""

    origin_name = "organization"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="offers", verbose_name=_("団体"))
    fields = models.ManyToManyField(Field, blank=True, related_name="offers", verbose_name=_("分野"))
    tags = TagsField(_("タグ"), through=OfferTag, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("提案（技術・ノウハウ）")
        verbose_name_plural = _("提案（技術・ノウハウ）")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["written_by", "submit_key"], name="offer_submitted_once"),
            no_control_characters("body", "offer_body_plain"),
        ]

    def get_absolute_url(self) -> str:
        """Return the URL of its page."""
        return reverse("council:offer", args=[self.pk])

    @property
    def origin(self) -> str:
        """Return the organization's name."""
        return str(self.organization)

    def is_spoken_for_by(self, user: User) -> bool:
        """Return whether a person confirms matches for it."""
        names = {p.organization for p in user.current_postings() if p.role == Role.COUNCIL}
        return self.organization.name in names

    @property
    def contacts(self) -> list[str]:
        """Return how the other side of a confirmed match reaches it: the organization's contact, or its people's e-mail."""
        return [self.organization.contact] if self.organization.contact else User.objects.emails_of(self.people())

    def people(self) -> set[int]:
        """Return the ids of the people who are notified of its matches."""
        names = [self.organization.name]
        return set(Posting.objects.current().speaking_for(names).values_list("user_id", flat=True))
