"""Approval (決裁) of replies: where a department has approvers, a draft is published only after each agreed, in their order."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department, DutyChange, User, stand_in
from apps.consultations.models.answers.topic import Topic
from apps.consultations.models.base import ERASED, ActionRefused
from apps.consultations.models.proposal import Proposal
from apps.core.copies import Copied
from apps.core.modelfields import PastDateTimeField
from apps.core.textfields import TypedTextField
from apps.operations.models import AuditEntry

if TYPE_CHECKING:
    from apps.consultations.models.answers.reply import Reply

COMMENT_MAX = 1000
APPROVAL_LATE = timedelta(days=3)  # an approver who has it this long is reminded, and it stands under 遅れ


class ApproverQuerySet(models.QuerySet["Approver"]):
    """QuerySet of Approver."""

    def of_department(self, department: Department | None) -> Self:
        """Filter the approvers of a department, in their order."""
        return self.filter(department=department).select_related("person").order_by("order", "pk")

    def held_by(self, user: User) -> Self:
        """Filter the places in an order that name the user."""
        return self.filter(person=user).select_related("department").order_by("department", "order", "pk")

    @transaction.atomic
    def hand_to(self, rows: Iterable["Approver"], user: User) -> int:
        """Name another person in these rows and in what waits for them; a second place is deleted. Return how many."""
        places = list(rows)
        taken = set(self.filter(person=user).values_list("department", flat=True))
        for row in places:
            ApprovalStep.objects.undecided_of(row).update(approver=user)
        self.filter(pk__in=[row.pk for row in places if row.department_id in taken]).delete()
        return self.filter(pk__in=[row.pk for row in places]).update(person=user)


class Approver(models.Model):
    """A place in the order of approval (決裁の順番) of a department: who agrees to its replies before they are published.

    A department without approvers publishes as before.
    """

    department = models.ForeignKey(Department, models.CASCADE, related_name="approvers", verbose_name=_("所管課"))
    order = models.PositiveSmallIntegerField(_("順番"), default=1)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("決裁する人"))

    objects = ApproverQuerySet.as_manager()

    class Meta:
        verbose_name = _("決裁の順番")
        verbose_name_plural = _("決裁の順番")
        ordering = ["department", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "person"], name="approver_once",
                violation_error_message=_("この人は、すでに順番に入っています。"),
            ),
            models.UniqueConstraint(
                fields=["department", "order"], name="approver_order_once",
                violation_error_message=_("この順番には、すでに別の人がいます。"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.department} {self.order}"


class ApprovalQuerySet(models.QuerySet["Approval"]):
    """QuerySet of Approval."""

    def open(self) -> Self:
        """Filter rounds that are not over: waiting for an approver, or approved and not published yet."""
        return self.filter(state__in=OPEN)

    def in_state(self, state: str) -> Self:
        """Filter rounds in a state."""
        return self.filter(state=state)

    def of_reply(self, reply: "Reply") -> Self:
        """Filter the rounds of a reply, the latest first, with their steps."""
        rows = self.filter(reply=reply).select_related("asked_by").order_by("-pk")
        return rows.prefetch_related("steps__approver", "steps__decided_by")

    def last_of_reply(self) -> Self:
        """Filter the rounds that are the last of their reply."""
        later = Approval.objects.order_by().filter(reply=OuterRef("reply"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later))

    def waiting_for(self, user: User) -> Self:
        """Filter rounds whose next approver is the user, or somebody for whom the user stands in today."""
        absent = DutyChange.objects.substituted_by(user).values("person")
        steps = ApprovalStep.objects.order_by().filter(approval=OuterRef("pk"), decided_at=None)
        earlier = ApprovalStep.objects.order_by().filter(
            approval=OuterRef("approval"), decided_at=None, order__lt=OuterRef("order")
        )
        own = steps.filter(Q(approver=user) | Q(approver__in=absent)).filter(~Exists(earlier))
        return (
            self.filter(Exists(own), state=Approval.State.WAITING)
            .exclude(asked_by=user)
            .exclude(reply__drafted_by=user)
        )

    def asked_by_user(self, user: User) -> Self:
        """Filter rounds that the user asked for."""
        return self.filter(asked_by=user)

    def late(self) -> Self:
        """Filter waiting rounds whose next approver has had them for longer than APPROVAL_LATE."""
        return self.filter(state=Approval.State.WAITING, moved_at__lt=timezone.now() - APPROVAL_LATE)

    def with_steps(self) -> Self:
        """Prefetch what a reminder names; oldest first."""
        rows = self.select_related("reply__department", "reply__topic", "reply__proposal", "asked_by").order_by("pk")
        return rows.prefetch_related("steps__approver__postings")


class Approval(models.Model):
    """One round of approval (決裁) of a reply: the draft as it was then, who asked, and where it stands.

    It holds for exactly the words and the status that were asked for (`content_key`): another draft ends the round.
    """

    class State(models.TextChoices):
        """Where a round stands."""

        WAITING = "waiting", _("決裁待ち")
        APPROVED = "approved", _("決裁済み（公開待ち）")
        RETURNED = "returned", _("差し戻し")
        WITHDRAWN = "withdrawn", _("取り下げ")
        RELEASED = "released", _("公開済み")

    reply = models.ForeignKey(
        "consultations.Reply", models.CASCADE, related_name="approvals", verbose_name=_("市の考え方・回答")
    )
    content_key = models.CharField(max_length=64, editable=False)
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.WAITING, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("決裁に回した人")
    )
    asked_at = models.DateTimeField(_("決裁に回した日時"), default=timezone.now)
    moved_at = models.DateTimeField(_("いまの人に届いた日時"), default=timezone.now)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("公開した人")
    )

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("決裁")
        verbose_name_plural = _("決裁")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reply"], condition=Q(state__in=["waiting", "approved"]), name="approval_one_open"
            ),
            models.CheckConstraint(
                condition=Q(released_by=None) | Q(state="released"), name="approval_released_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Return True if it is not over."""
        return self.state in OPEN

    @property
    def next_step(self) -> "ApprovalStep | None":
        """Return the step that waits; None when all agreed or the round is over."""
        if self.state != self.State.WAITING:
            return None
        return next((step for step in self.steps.all() if step.decided_at is None), None)

    @property
    def is_at_last_step(self) -> bool:
        """Return True if only one approver is left."""
        return sum(step.decided_at is None for step in self.steps.all()) == 1

    def may_be_decided_by(self, user: User) -> bool:
        """Return True if the next approver is the user, or the user stands in for them; never for their own words."""
        step = self.next_step
        if step is None or self.is_own_of(user):
            return False
        return step.waits_for(user, self.reply.department)

    def is_own_of(self, user: User) -> bool:
        """Return True if the user wrote the draft or asked for the round: neither agrees to it nor publishes it."""
        return user.pk in {self.asked_by_id, self.reply.drafted_by_id}

    def may_be_released_by(self, user: User) -> bool:
        """Return True if all agreed and the draft is not the user's own."""
        return self.state == self.State.APPROVED and not self.is_own_of(user)

    def may_be_withdrawn_by(self, user: User) -> bool:
        """Return True if the round is open and the user writes this reply."""
        return self.is_open and (self.reply.department_id in user.department_ids() or self.asked_by_id == user.pk)

    def move_to(self, state: str, *, by: User | None = None) -> None:
        """Set the state, and since when it stands there. by: who published it."""
        self.state, self.released_by, self.moved_at = state, by, timezone.now()
        self.save(update_fields=["state", "released_by", "moved_at"])


OPEN = (Approval.State.WAITING.value, Approval.State.APPROVED.value)


class ApprovalStepQuerySet(models.QuerySet["ApprovalStep"]):
    """QuerySet of ApprovalStep."""

    def undecided_of(self, place: Approver) -> Self:
        """Filter the steps of open rounds that wait, or will wait, for the person at this place."""
        rows = self.filter(decided_at=None, approver=place.person_id, approval__state=Approval.State.WAITING)
        return rows.filter(approval__reply__department=place.department_id)

    def repeating(self, text: models.Model) -> Self:
        """Filter steps whose comment may quote the text: those of replies to it."""
        if not isinstance(text, Proposal):
            return self.none()
        topics = Topic.objects.repeating(text).order_by().values("pk")
        return self.filter(Q(approval__reply__proposal=text) | Q(approval__reply__topic__in=topics))


class ApprovalStep(models.Model):
    """One approver's turn in a round: whether they agreed, when, and in whose place."""

    copied_words = (Copied("comment", instead=""),)

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="steps", verbose_name=_("決裁"))
    order = models.PositiveSmallIntegerField(_("順番"))
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("決裁する人")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("決裁した人")
    )
    decided_at = PastDateTimeField(_("決裁した日時"), null=True)
    has_agreed = models.BooleanField(_("承認"), default=False)
    comment = TypedTextField(_("ひとこと"), blank=True, max_length=COMMENT_MAX)

    objects = ApprovalStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("決裁の段")
        verbose_name_plural = _("決裁の段")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["approval", "order"], name="approval_step_order_once"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=False) | Q(has_agreed=False, decided_by=None),
                name="approval_step_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.approval_id} {self.order}"

    @property
    def is_by_substitute(self) -> bool:
        """Return True if somebody else decided in the approver's place (代理)."""
        return self.decided_by_id is not None and self.decided_by_id != self.approver_id

    def waits_for(self, user: User, department: Department) -> bool:
        """Return True if it waits for the user, as the approver or as who stands in for them."""
        if department.pk not in user.department_ids():
            return False
        if self.approver_id == user.pk:
            return True
        substitute = stand_in(self.approver, department)
        return substitute is not None and substitute.pk == user.pk

    def decide(self, *, by: User, agrees: bool, comment: str) -> None:
        """Record the decision."""
        self.decided_by, self.decided_at, self.has_agreed, self.comment = by, timezone.now(), agrees, comment.strip()
        self.save(update_fields=["decided_by", "decided_at", "has_agreed", "comment"])


class DraftCommentQuerySet(models.QuerySet["DraftComment"]):
    """QuerySet of DraftComment."""

    def of_reply(self, reply: "Reply") -> Self:
        """Filter the comments on a reply's draft, oldest first."""
        return self.filter(reply=reply).select_related("author").order_by("pk")

    def repeating(self, text: models.Model) -> Self:
        """Filter comments that may quote the text: those on replies to it."""
        if not isinstance(text, Proposal):
            return self.none()
        topics = Topic.objects.repeating(text).order_by().values("pk")
        return self.filter(Q(reply__proposal=text) | Q(reply__topic__in=topics))


class DraftComment(models.Model):
    """What staff say to each other about the draft of a reply; never public."""

    copied_words = (Copied("body", instead=ERASED),)

    reply = models.ForeignKey(
        "consultations.Reply", models.CASCADE, related_name="draft_comments", verbose_name=_("市の考え方・回答")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("書いた人")
    )
    body = TypedTextField(_("ひとこと"), max_length=COMMENT_MAX)
    created_at = models.DateTimeField(_("書いた日時"), default=timezone.now)

    objects = DraftCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("下書きへのひとこと")
        verbose_name_plural = _("下書きへのひとこと")
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="draft_comment_body_given")]

    def __str__(self) -> str:
        return f"{self.reply_id} {self.pk}"


@transaction.atomic
def begin_approval(reply: "Reply", *, by: User) -> Approval:
    """Begin a round for the draft under a lock of the reply, one step for each approver but who wrote it, audited.

    Raise ActionRefused without approvers, with an open round, or when nobody but the writer could agree.
    """
    approvers = list(Approver.objects.of_department(reply.department))
    if not approvers:
        raise ActionRefused(_("この課には決裁の順番が決まっていません。そのまま公開できます。"))
    if Approval.objects.of_reply(reply).open().exists():
        raise ActionRefused(_("この下書きは、すでに決裁に回っています。"))
    writers = {by.pk, reply.drafted_by_id}
    others = [approver for approver in approvers if approver.person_id not in writers]
    if not others:
        raise ActionRefused(
            _("ご自分の文を決裁できる人が、ほかにいません。事務局に決裁の順番を直してもらってください。")
        )
    approval = Approval.objects.create(reply=reply, content_key=reply.content_key, asked_by=by)
    ApprovalStep.objects.bulk_create(
        ApprovalStep(approval=approval, order=number, approver=approver.person)
        for number, approver in enumerate(others, start=1)
    )
    AuditEntry.record("ask_approval", reply, by=by, code=reply.target.code)
    return approval


@transaction.atomic
def end_if_changed(reply: "Reply", *, by: User) -> bool:
    """End the open round of a reply whose draft no longer says what was asked for, audited. Return whether it ended one."""
    for approval in Approval.objects.of_reply(reply).open().exclude(content_key=reply.content_key):
        approval.move_to(Approval.State.WITHDRAWN)
        AuditEntry.record("withdraw_approval", reply, by=by, code=reply.target.code)
        return True
    return False


def require_approved(reply: "Reply", *, by: User) -> Approval | None:
    """Return the approved round of exactly this draft; None where the department has no approvers.

    Raise ActionRefused without an approved round, and for who wrote the draft or asked for the round: nobody publishes
    their own words. Call it under a lock of the reply.
    """
    if not Approver.objects.of_department(reply.department).exists():
        return None
    rounds = Approval.objects.of_reply(reply).in_state(Approval.State.APPROVED)
    approval = rounds.filter(content_key=reply.content_key).first()
    if approval is None:
        raise ActionRefused(_("この課では、公開の前に決裁が要ります。「決裁に回す」を選んでください。"))
    approval.reply = reply
    if approval.is_own_of(by):
        raise ActionRefused(_("ご自分が書いた文は、ご自分では公開できません。ほかの職員が公開します。"))
    return approval
