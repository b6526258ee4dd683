"""Assignments (担当): which departments shall answer a proposal or a topic, and by when."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Self, cast

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department, Role, User
from apps.consultations.models.answers.assignment_emails import email_assigned, email_sent_back
from apps.consultations.models.answers.reply import Reply, one_answerable
from apps.consultations.models.answers.topic import Topic
from apps.consultations.models.base import ERASED, ActionRefused
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.proposal import Proposal
from apps.core.copies import Copied
from apps.core.modelfields import PastDateTimeField
from apps.core.textfields import TypedTextField
from apps.operations.models import AuditEntry, Notification

REASON_MAX = 500
MESSAGE_MAX = 500
HEAD_AFTER = timedelta(days=7)  # past the due day, the department's head is told; without one the secretariat
SECRETARIAT_AFTER = timedelta(days=14)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """QuerySet of Assignment."""

    def manageable_by(self, user: User) -> Self:
        """Filter rows that the user manages: all for the secretariat, else those to or in consultations of their departments."""
        if user.has_role(Role.SECRETARIAT):
            return self.all()
        own = user.department_ids()
        return self.filter(
            Q(department__in=own)
            | Q(proposal__consultation__department__in=own)
            | Q(topic__consultation__department__in=own)
        )

    def of_departments(self, departments: set[int]) -> Self:
        """Filter rows of these departments."""
        return self.filter(department__in=departments)

    def in_consultation(self, consultation: Consultation) -> Self:
        """Filter rows about the proposals and topics of a consultation."""
        return self.filter(Q(proposal__consultation=consultation) | Q(topic__consultation=consultation))

    def for_departments(self, departments: Iterable[Department]) -> Self:
        """Filter rows of these departments."""
        return self.filter(department__in=list(departments))

    def _answers(self) -> Q:
        """Return a condition: the department's own reply is published with a status that counts as an answer."""
        own = Reply.objects.answering().filter(department=OuterRef("department"))
        return Exists(own.filter(proposal=OuterRef("proposal"))) | Exists(own.filter(topic=OuterRef("topic")))

    def unanswered(self) -> Self:
        """Filter rows whose department has not answered yet (未回答); 受付 and 検討中 are no answers."""
        return self.filter(~self._answers())

    def to_answer(self) -> Self:
        """Filter rows that wait for their department: unanswered, and not returned to who assigned them."""
        return self.unanswered().filter(sent_back_at=None)

    def of_others(self, user: User) -> Self:
        """Filter rows that the user manages for other departments than the own ones."""
        return self.manageable_by(user).exclude(department__in=user.department_ids())

    def answered(self) -> Self:
        """Filter rows whose department has answered."""
        return self.filter(self._answers())

    def due_until(self, day: date) -> Self:
        """Filter rows due on this day or before."""
        return self.filter(due_on__lte=day)

    def due_since(self, day: date) -> Self:
        """Filter rows due on this day or later."""
        return self.filter(due_on__gte=day)

    def overdue(self) -> Self:
        """Filter rows whose due day has passed."""
        return self.filter(due_on__lt=timezone.localdate())

    def repeating(self, text: models.Model) -> Self:
        """Filter rows whose message or reason may quote the text."""
        return self.filter(proposal=text) if isinstance(text, Proposal) else self.none()

    def sent_back(self) -> Self:
        """Filter rows that the department returned with a reason (差し戻し)."""
        return self.filter(sent_back_at__isnull=False)

    def unopened(self) -> Self:
        """Filter rows that nobody of the department has opened."""
        return self.filter(opened_at=None)

    def to_tell_head(self) -> Self:
        """Filter rows so long overdue that the head of the department is to be told, and was not."""
        long_ago = timezone.localdate() - HEAD_AFTER
        return self.to_answer().filter(due_on__lte=long_ago, head_told_at=None).exclude(department__head_email="")

    def to_tell_secretariat(self) -> Self:
        """Filter rows so long overdue that the secretariat is to be told, and was not."""
        today = timezone.localdate()
        without_head = Q(department__head_email="", due_on__lte=today - HEAD_AFTER)
        long_ago = Q(due_on__lte=today - SECRETARIAT_AFTER)
        return self.to_answer().filter(without_head | long_ago, secretariat_told_at=None)

    def note_told(self, rows: Iterable["Assignment"], who: str) -> None:
        """Note that the head or the secretariat was told of these rows now. who: head or secretariat."""
        self.filter(pk__in=[row.pk for row in rows]).update(**{f"{who}_told_at": timezone.now()})

    def held_by(self, user: User) -> Self:
        """Filter unanswered rows that name the user as the person who answers."""
        return self.unanswered().filter(person=user).by_due_day()

    def hand_to(self, rows: Iterable["Assignment"], user: User) -> int:
        """Name another person in these rows. Return how many."""
        return self.filter(pk__in=[row.pk for row in rows]).update(person=user)

    def by_due_day(self) -> Self:
        """Order by urgency and select what a list shows."""
        parts = ("department", "person", "proposal__consultation", "topic__consultation")
        return self.select_related(*parts).order_by("due_on", "pk")

    def with_own_reply(self) -> Self:
        """Annotate `own_reply`: pk of the department's own reply, draft or public; None without one."""
        own = Reply.objects.order_by().filter(department=OuterRef("department"))
        to_proposal = own.filter(proposal=OuterRef("proposal")).values("pk")[:1]
        to_topic = own.filter(topic=OuterRef("topic")).values("pk")[:1]
        return self.annotate(own_reply=Coalesce(Subquery(to_proposal), Subquery(to_topic)))

    def assign(
        self,
        targets: Iterable[Proposal | Topic],
        departments: Iterable[Department],
        *,
        due_on: date,
        by: User,
        person: User | None = None,
        message: str = "",
    ) -> list["Assignment"]:
        """Assign proposals or topics to departments until a day. Idempotent: repeated calls update person and day.

        Everybody concerned gets one e-mail about all of them. The person is set only for their own departments. Raises
        ActionRefused for a changed day without the right to move it.
        """
        assignments: list[Assignment] = []
        with transaction.atomic():
            for target in targets:
                key = {"proposal": target} if isinstance(target, Proposal) else {"topic": target}
                for department in departments:
                    existing = self.filter(**key, department=department).first()
                    if existing is not None:
                        existing.require_may_move_due_day(due_on, by=by)
                    responsible = person if person and department.pk in person.department_ids() else None
                    row, _new = self.update_or_create(
                        **key,
                        department=department,
                        defaults={"person": responsible, **_request_fields(by, existing, due_on, message)},
                    )
                    words = {"code": target.code, "department": department.code, "due_on": due_on.isoformat()}
                    AuditEntry.record("assign", row, by=by, **words)
                    assignments.append(row)
            email_assigned(assignments)
        return assignments


def _request_fields(by: User, existing: "Assignment | None", due_on: date, message: str) -> dict[str, Any]:
    """Return the defaults of the assignment. If only the person changes, by staff of the department itself, it stays as it was.

    With another day or other words it is a new request: unopened, and not told to anybody above yet.
    """
    if existing is not None and existing.due_on == due_on and not existing.may_be_withdrawn_by(by):
        return {"due_on": due_on}
    request: dict[str, Any] = {"due_on": due_on, "assigned_by": by, "message": message.strip()}
    if existing is not None and existing.sent_back_at is None and existing.says(due_on, message):
        return request
    anew = ("sent_back_at", "opened_at", "head_told_at", "secretariat_told_at")
    return {**request, "sent_back_reason": "", **dict.fromkeys(anew)}


class Assignment(models.Model):
    """One department that shall answer one proposal or topic until a day, perhaps through a named person."""

    copied_words = (Copied("sent_back_reason", instead=ERASED), Copied("message", instead=""))

    proposal = models.ForeignKey(
        Proposal, models.CASCADE, null=True, blank=True, related_name="assignments", verbose_name=_("意見")
    )
    topic = models.ForeignKey(
        Topic, models.CASCADE, null=True, blank=True, related_name="assignments", verbose_name=_("論点")
    )
    department = models.ForeignKey(Department, models.PROTECT, related_name="assignments", verbose_name=_("担当課"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("担当者"),
    )
    due_on = models.DateField(_("回答期限"))
    assigned_at = models.DateTimeField(_("割り当てた日時"), auto_now_add=True)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("割り当てた人"),
    )
    sent_back_at = PastDateTimeField(_("差し戻した日時"), null=True, blank=True, editable=False)
    sent_back_reason = TypedTextField(_("差し戻しの理由"), blank=True, max_length=REASON_MAX, editable=False)

    message = TypedTextField(
        _("割り当てる側から"), blank=True, max_length=MESSAGE_MAX,
        help_text=_("何を答えてほしいか、どこまで調べてあるかなど。担当課のメールと画面に出ます。公開されません。"),
    )  # fmt: skip
    opened_at = PastDateTimeField(_("開いた日時"), null=True, blank=True, editable=False)
    head_told_at = PastDateTimeField(_("所属長に知らせた日時"), null=True, blank=True, editable=False)
    secretariat_told_at = PastDateTimeField(_("事務局に知らせた日時"), null=True, blank=True, editable=False)

    own_reply: int | None  # by `with_own_reply`

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("担当課への割り当て")
        verbose_name_plural = _("担当課への割り当て")
        ordering = ["due_on", "pk"]
        constraints = [
            one_answerable("assignment_one_target"),
            models.UniqueConstraint(
                fields=["proposal", "department"], condition=Q(proposal__isnull=False), name="assignment_proposal_once"
            ),
            models.UniqueConstraint(
                fields=["topic", "department"], condition=Q(topic__isnull=False), name="assignment_topic_once"
            ),
            models.CheckConstraint(
                condition=Q(sent_back_at=None, sent_back_reason="")
                | (Q(sent_back_at__isnull=False) & ~Q(sent_back_reason="")),
                name="assignment_sent_back_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["department", "due_on"], name="assignment_due")]

    def __str__(self) -> str:
        return f"{self.target} → {self.department}"

    @property
    def target(self) -> Proposal | Topic:
        """Return the proposal or topic."""
        return cast("Proposal | Topic", self.topic if self.topic_id else self.proposal)

    @property
    def is_overdue(self) -> bool:
        """Return True if its due day has passed."""
        return self.due_on < timezone.localdate()

    def says(self, due_on: date, message: str) -> bool:
        """Return True if it asks for the same day in the same words."""
        return self.due_on == due_on and self.message == message.strip()

    def waits_to_be_opened_by(self, user: User) -> bool:
        """Return True if the user's department has not opened it yet."""
        return self.opened_at is None and self.department_id in user.department_ids()

    @transaction.atomic
    def mark_opened(self, *, by: User) -> bool:
        """Note that the department has opened it, audited. Return whether it was the first time. Idempotent."""
        if self.department_id not in by.department_ids():
            raise ActionRefused(_("受け取れるのは、割り当てられた課の職員だけです。"))
        now = timezone.now()
        if not Assignment.objects.filter(pk=self.pk).unopened().update(opened_at=now):
            return False
        self.opened_at = now
        words = {"code": self.target.code, "department": self.department.code}
        AuditEntry.record("open_assignment", self, by=by, **words)
        return True

    def may_be_withdrawn_by(self, user: User) -> bool:
        """Return True if the user may withdraw it or move its due day: who manages the consultation, but never a department its own
        assignment that is overdue. A department that cannot answer returns it instead (`send_back`).
        """
        own = user.department_ids()
        manages = user.has_role(Role.SECRETARIAT) or self.target.consultation.department_id in own
        return manages and not (self.is_overdue and self.department_id in own)

    def require_may_move_due_day(self, due_on: date, *, by: User) -> None:
        """Raise ActionRefused for another due day from those who may not move it."""
        if due_on != self.due_on and not self.may_be_withdrawn_by(by):
            raise ActionRefused(
                _("回答期限を変えられるのは、割り当てた側です。答えられないときは、理由を書いて差し戻してください。")
            )

    def withdraw(self, *, by: User) -> None:
        """Delete and audit the assignment. Raises ActionRefused without the right."""
        if not self.may_be_withdrawn_by(by):
            raise ActionRefused(
                _("ご自分の課への割り当ては取り消せません。答えられないときは、理由を書いて差し戻してください。")
            )
        with transaction.atomic():
            words = {"code": self.target.code, "department": self.department.code}
            AuditEntry.record("take_back_assignment", self, by=by, **words)
            self.delete()

    @transaction.atomic
    def send_back(self, *, by: User, reason: str) -> None:
        """Return the assignment with a reason (差し戻し) and notify who assigned it.

        It stays on the list, and counts, until it is withdrawn or given to another department.
        """
        if self.department_id not in by.department_ids():
            raise ActionRefused(_("差し戻せるのは、割り当てられた課の職員だけです。"))
        if not reason.strip():
            raise ActionRefused(_("差し戻すときは、理由を書いてください。"))
        self.mark_opened(by=by)
        self.sent_back_at, self.sent_back_reason = timezone.now(), reason.strip()
        self.save(update_fields=["sent_back_at", "sent_back_reason"])
        words = {"code": self.target.code, "department": self.department.code}
        AuditEntry.record("send_back_assignment", self, by=by, reason=self.sent_back_reason, **words)
        title = _("%(code)s の割り当てが差し戻されました（%(department)s）")
        for person in self._assigners():
            Notification.objects.notify(
                person,
                kind="assignment",
                key=f"{self.pk}:sent-back",
                title=title % {"code": self.target.code, "department": self.department.name},
                body=self.sent_back_reason,
                url=reverse("admin:consultations_assignment_change", args=[self.pk]),
            )
        email_sent_back(self, self._assigners())

    def _assigners(self) -> list[int]:
        """Return the pks of who assigned it, if still on staff; otherwise of the secretariat."""
        person = self.assigned_by
        if person is not None and person.is_active and person.serves_city:
            return [person.pk]
        return list(User.objects.holding(Role.SECRETARIAT).values_list("pk", flat=True))
