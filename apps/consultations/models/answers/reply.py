"""Replies (市の考え方・回答): what the city says to a proposal or a topic, with every change in a public timeline."""

import hashlib
from collections.abc import Iterable
from typing import Self, cast

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department, Role, User
from apps.consultations.models.answers.approval import Approval, end_if_changed, require_approved
from apps.consultations.models.answers.reply_notifications import notify_of_reply
from apps.consultations.models.answers.topic import Topic
from apps.consultations.models.base import ActionRefused, State
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.proposal import Proposal
from apps.consultations.models.proposal_queryset import COUNTERS
from apps.core.copies import Copied
from apps.core.date_formats import wareki
from apps.core.modelfields import PastDateTimeField
from apps.core.models import Searchable, SearchQuerySet, Timestamped
from apps.core.textfields import TypedCharField, TypedTextField
from apps.core.translated_columns import in_english_or, reads_english
from apps.operations.models import AuditEntry


def one_answerable(name: str) -> models.CheckConstraint:
    """Return a constraint: exactly one of proposal and topic is set."""
    return models.CheckConstraint(
        condition=Q(proposal__isnull=False, topic=None) | Q(proposal=None, topic__isnull=False),
        name=name,
        violation_error_message=_("意見か論点の、どちらか一つを選んでください。"),
    )


ENGLISH_HELP = _("英語のページで表示されます。空欄のときは、日本語のまま表示されます。")


class ReplyStatusQuerySet(models.QuerySet["ReplyStatus"]):
    """QuerySet of ReplyStatus."""

    def offered(self) -> Self:
        """Filter statuses that staff may choose today."""
        return self.filter(is_active=True)

    def shown_names(self) -> dict[str, str]:
        """Return the name for the reader by the official name, for words frozen in a report; without a query in Japanese."""
        return {status.name: status.shown_name for status in self} if reads_english() else {}


class ReplyStatus(models.Model):
    """受付, 検討中, 反映 …: where the city's answer stands. Rows, so that the secretariat can add one without code."""

    code = models.SlugField(_("コード"), unique=True, help_text=_("英小文字とハイフン。あとから変えません。"))
    name = TypedCharField(_("状況"), max_length=20, unique=True)
    name_en = TypedCharField(_("状況（英語）"), max_length=40, blank=True, help_text=ENGLISH_HELP)
    meaning = TypedCharField(_("市民への説明"), max_length=120, blank=True)
    meaning_en = TypedCharField(_("市民への説明（英語）"), max_length=200, blank=True, help_text=ENGLISH_HELP)
    is_answer = models.BooleanField(
        _("回答とみなす"), default=True, help_text=_("受付・検討中のように、まだ回答していない状況では外します。")
    )
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)
    is_active = models.BooleanField(_("いま選べる"), default=True)

    objects = ReplyStatusQuerySet.as_manager()

    class Meta:
        verbose_name = _("回答の状況")
        verbose_name_plural = _("回答の状況")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """Return the name in the reader's language."""
        return in_english_or(self.name, self.name_en)

    @property
    def shown_meaning(self) -> str:
        """Return what it means in the reader's language."""
        return in_english_or(self.meaning, self.meaning_en)


class ReplyQuerySet(SearchQuerySet["Reply"]):
    """QuerySet of Reply."""

    def public(self) -> Self:
        """Filter published replies to public proposals and topics."""
        now = timezone.now()
        to_proposal = Q(proposal__state=State.PUBLISHED, proposal__consultation__published_at__lte=now)
        to_topic = Q(topic__published_at__lte=now, topic__consultation__published_at__lte=now)
        return self.filter(to_proposal | to_topic, published_at__isnull=False)

    def manageable_by(self, user: User) -> Self:
        """Filter replies that the user writes: all for the secretariat, else those of the user's departments."""
        if user.has_role(Role.SECRETARIAT):
            return self.all()
        return self.filter(department__in=user.department_ids())

    def published(self) -> Self:
        """Filter replies that were published."""
        return self.exclude(published_at=None)

    def drafts(self) -> Self:
        """Filter replies that were never published."""
        return self.filter(published_at=None)

    def in_approval(self, chosen: str, user: User) -> Self:
        """Filter replies by their latest round of approval (決裁): mine (waits for the user), late (of these, for days),
        asked (waits for others), returned, approved (waits to be published).
        """
        rounds = Approval.objects.order_by().filter(reply=OuterRef("pk"))
        by_choice = {
            "mine": rounds.waiting_for(user),
            "late": rounds.waiting_for(user).late(),
            "asked": rounds.in_state(Approval.State.WAITING).exclude(
                pk__in=Approval.objects.waiting_for(user).order_by().values("pk")
            ),
            "returned": rounds.last_of_reply().in_state(Approval.State.RETURNED),
            "approved": rounds.in_state(Approval.State.APPROVED),
        }
        return self.filter(Exists(by_choice[chosen]))

    def answering(self) -> Self:
        """Filter published replies whose status counts as an answer (受付 and 検討中 do not)."""
        return self.filter(published_at__isnull=False, status__is_answer=True)

    def for_proposal(self, proposal: Proposal) -> Self:
        """Filter replies to one proposal and to the public topics that hold it."""
        return self.filter(Q(proposal=proposal) | Q(topic__in=Topic.objects.public().holding(proposal)))

    def repeating(self, text: models.Model) -> Self:
        """Filter replies that may quote the text: replies to it, or to a topic that holds it."""
        if not isinstance(text, Proposal):
            return self.none()
        return self.filter(Q(proposal=text) | Q(topic__in=Topic.objects.repeating(text).order_by().values("pk")))

    def to_any(self, *, proposals: Iterable[int], topics: Iterable[int]) -> Self:
        """Filter replies to any of these proposals and topics, given by id."""
        return self.filter(Q(proposal__in=list(proposals)) | Q(topic__in=list(topics)))

    def to_topic(self, topic: Topic) -> Self:
        """Filter replies to one topic."""
        return self.filter(topic=topic)

    def to_target(self, target: Proposal | Topic) -> Self:
        """Filter replies to one proposal or topic."""
        return self.filter(topic=target) if isinstance(target, Topic) else self.filter(proposal=target)

    def in_consultation(self, consultation: Consultation) -> Self:
        """Filter replies to the proposals and topics of a consultation."""
        return self.filter(Q(proposal__consultation=consultation) | Q(topic__consultation=consultation))

    def for_departments(self, departments: Iterable[Department]) -> Self:
        """Filter replies of these departments."""
        return self.filter(department__in=list(departments))

    def with_targets(self) -> Self:
        """Select what they answer, the department and the status of the draft."""
        return self.select_related("department", "draft_status", "topic", "proposal")

    def to_topics_of(self, consultation: Consultation) -> Self:
        """Filter replies to the topics of a consultation."""
        return self.filter(topic__consultation=consultation)

    def get_for_update(self, pk: int) -> "Reply | None":
        """Return the reply locked until the end of the transaction, or None."""
        return self.select_for_update(of=("self",)).select_related("draft_status").filter(pk=pk).first()

    def by_latest_change(self) -> Self:
        """Order by the latest change, newest first, and select what a card shows."""
        changes = ReplyChange.objects.filter(reply=models.OuterRef("pk")).order_by("-published_at", "-pk")
        rows = self.annotate(said_at=models.Subquery(changes.values("published_at")[:1]))
        shown = rows.select_related("department", "status", "topic", "proposal").order_by("-said_at", "-pk")
        return shown.defer(*(f"proposal__{name}" for name in COUNTERS))

    def for_pages(self) -> Self:
        """Prefetch what pages show, with all changes; oldest reply first."""
        changes = "changes__status" if reads_english() else "changes"
        return (
            self.select_related("department", "status", "topic")
            .prefetch_related(changes)
            .order_by("published_at", "pk")
        )


class Reply(Timestamped, Searchable):
    """What one department says to one proposal or topic. The draft is the department's; what is public is the last change.

    Several departments may each answer the same proposal or topic in a reply of their own.
    """

    search_fields = ("body",)
    copied_words = (Copied("draft_body"), Copied("body"))

    proposal = models.ForeignKey(
        Proposal, models.PROTECT, null=True, blank=True, related_name="replies", verbose_name=_("意見")
    )
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="replies", verbose_name=_("論点")
    )
    department = models.ForeignKey(Department, models.PROTECT, related_name="replies", verbose_name=_("担当課"))
    draft_status = models.ForeignKey(
        ReplyStatus, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("状況")
    )
    draft_body = TypedTextField(_("市の考え方"), blank=True, max_length=4000)
    draft_version = models.PositiveIntegerField(default=0, editable=False)  # how often the draft was written down
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("書いた人"),
    )
    status = models.ForeignKey(
        ReplyStatus, models.PROTECT, null=True, editable=False, related_name="replies", verbose_name=_("公開中の状況")
    )
    body = TypedTextField(_("公開中の文"), blank=True, editable=False)
    published_at = PastDateTimeField(_("最初の公開日時"), null=True, editable=False)

    objects = ReplyQuerySet.as_manager()

    class Meta(Searchable.Meta):
        verbose_name = _("市の考え方・回答")
        verbose_name_plural = _("市の考え方・回答")
        ordering = ["-pk"]
        constraints = [
            one_answerable("reply_one_target"),
            models.UniqueConstraint(
                fields=["proposal", "department"],
                condition=Q(proposal__isnull=False),
                name="reply_proposal_once",
                violation_error_message=_("この課の回答がすでにあります。そちらを開いて続けてください。"),
            ),
            models.UniqueConstraint(
                fields=["topic", "department"],
                condition=Q(topic__isnull=False),
                name="reply_topic_once",
                violation_error_message=_("この課の回答がすでにあります。そちらを開いて続けてください。"),
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, status=None, body="")
                | (Q(published_at__isnull=False, status__isnull=False) & ~Q(body="")),
                name="reply_published_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} / {self.department}"

    @property
    def target(self) -> Proposal | Topic:
        """Return the proposal or topic that it answers."""
        return cast("Proposal | Topic", self.topic if self.topic_id else self.proposal)

    def get_absolute_url(self) -> str:
        """Return the URL of its place on the page of what it answers."""
        return f"{self.target.get_absolute_url()}#reply-{self.pk}"

    @property
    def is_published(self) -> bool:
        """Return True if it was published."""
        return self.published_at is not None

    @property
    def last_change(self) -> "ReplyChange | None":
        """Return the public change; only for replies read by `for_pages`."""
        return max(self.changes.all(), key=lambda change: change.pk, default=None)

    def answer_to(self, target: Proposal | Topic) -> None:
        """Set what a new reply answers."""
        self.topic, self.proposal = (target, None) if isinstance(target, Topic) else (None, target)

    def twin(self, department: Department) -> "Reply | None":
        """Return the department's existing reply to the same target, or None."""
        return Reply.objects.to_target(self.target).filter(department=department).exclude(pk=self.pk).first()

    @property
    def content_key(self) -> str:
        """Return a hash (64 hex digits) of the draft's status and words: what a round of approval holds for."""
        status = self.draft_status.code if self.draft_status else ""
        return hashlib.sha256(f"{status}\n{self.draft_body.strip()}".encode()).hexdigest()

    def says_the_same(self, status: ReplyStatus | None, body: str) -> bool:
        """Return True if exactly this is public already."""
        return self.is_published and (self.status, self.body) == (status, body.strip())

    def save_draft(self, *, by: User) -> None:
        """Save and audit the draft, under an optimistic lock (`draft_version`).

        Raises ActionRefused if somebody else saved the draft since this one was read.
        """
        with transaction.atomic():
            saved = Reply.objects.get_for_update(self.pk)
            if saved and saved.draft_version != self.draft_version:
                raise ActionRefused(_("ほかの職員がこの下書きを変えました。開き直して確かめてください。"))
            if saved is None or saved.content_key != self.content_key:
                self.drafted_by = by
            self.draft_version += 1
            self.save()
            AuditEntry.record("draft_reply", self, by=by, code=self.target.code)
            end_if_changed(self, by=by)

    def publish(self, *, by: User) -> "ReplyChange":
        """Publish the draft as a new change of the timeline, audit it and notify authors and followers once.

        What was public is never rewritten: a correction is the next change. Return the change. Raises ActionRefused for a reply
        without body or status, without a difference, to something that is not public, or without the approval (決裁) that
        its department asks for.
        """
        if not self.draft_status or not self.draft_body.strip():
            raise ActionRefused(_("公開するには、状況と市の考え方の両方が必要です。"))
        with transaction.atomic():
            public = Reply.objects.select_for_update(of=("self",)).get(pk=self.pk)
            if public.says_the_same(self.draft_status, self.draft_body):
                raise ActionRefused(_("公開中の内容と同じです。状況か文を変えてから公開してください。"))
            if not self.target.is_public:
                raise ActionRefused(
                    _("意見または論点が公開されていないため、回答を公開できません。先に公開してください。")
                )
            approval = require_approved(self, by=by)
            now = timezone.now()
            self.draft_body = self.draft_body.strip()
            self.status, self.body, self.published_at = self.draft_status, self.draft_body, public.published_at or now
            self.save()
            change = ReplyChange.objects.create(
                reply=self,
                status=self.draft_status,
                status_name=self.draft_status.name,
                department_name=self.department.name,
                body=self.body,
                published_at=now,
            )
            AuditEntry.record("publish_reply", self, by=by, code=self.target.code, status=change.status.code)
            if approval:
                approval.move_to(Approval.State.RELEASED, by=by)
            notify_of_reply(change)
        return change


class ReplyChangeQuerySet(models.QuerySet["ReplyChange"]):
    """QuerySet of ReplyChange."""

    def in_order(self) -> Self:
        """Order by time, oldest first."""
        return self.order_by("published_at", "pk")

    def repeating(self, text: models.Model) -> Self:
        """Filter changes that may quote the text."""
        return self.filter(reply__in=Reply.objects.repeating(text).order_by().values("pk"))


class ReplyChange(models.Model):
    """One step of a reply as it was published: status, body, department, day. Immutable except for redaction, by a trigger.

    The names of status and department stay as they were on that day.
    """

    copied_words = (Copied("body"),)

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="changes", verbose_name=_("市の考え方・回答"))
    status = models.ForeignKey(ReplyStatus, models.PROTECT, related_name="+", verbose_name=_("状況"))
    status_name = TypedCharField(_("状況"), max_length=20)
    department_name = TypedCharField(_("担当課"), max_length=60)
    body = TypedTextField(_("市の考え方"))
    published_at = models.DateTimeField(_("公開日時"))

    objects = ReplyChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("回答の経過")
        verbose_name_plural = _("回答の経過")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="reply_change_body_given")]

    def __str__(self) -> str:
        return f"{wareki(self.published_at)} {self.status_name}"

    @property
    def shown_status(self) -> str:
        """Return the name of the status in the reader's language; as on that day where it has been renamed since."""
        if not reads_english() or self.status.name != self.status_name:
            return self.status_name
        return self.status.shown_name
