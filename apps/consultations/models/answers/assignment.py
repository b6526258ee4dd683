"""担当: which departments shall answer a voice or a topic, and by when."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department, Role, User
from apps.consultations.models.answers.assignment_emails import tell_assigned
from apps.consultations.models.answers.reply import Reply, one_answerable
from apps.consultations.models.answers.topic import Topic
from apps.consultations.models.base import ERASED, ActionRefused
from apps.consultations.models.proposal import Proposal
from apps.core.copies import Copied
from apps.core.textfields import TypedTextField
from apps.operations.models import AuditEntry, Notification

REASON_MAX = 500


class AssignmentQuerySet(models.QuerySet[Any]):
    """Questions about who shall answer what."""

    def manageable_by(self, user: Any) -> Self:
        """All for the secretariat; else those to the own departments and those in the own departments' consultations."""
        if user.has_role(Role.SECRETARIAT):
            return self.all()
        own = user.department_ids()
        return self.filter(
            Q(department__in=own)
            | Q(proposal__consultation__department__in=own)
            | Q(topic__consultation__department__in=own)
        )

    def of_departments(self, departments: set[int]) -> Self:
        """What these departments shall answer."""
        return self.filter(department__in=departments)

    def _answers(self) -> Q:
        """Whether the department's own reply is published with a status that counts as an answer."""
        own = Reply.objects.answering().filter(department=OuterRef("department"))
        return Exists(own.filter(proposal=OuterRef("proposal"))) | Exists(own.filter(topic=OuterRef("topic")))

    def unanswered(self) -> Self:
        """未回答: the department has not answered yet; 受付 and 検討中 are no answers."""
        return self.filter(~self._answers())

    def answered(self) -> Self:
        """Those whose department has answered."""
        return self.filter(self._answers())

    def due_until(self, day: date) -> Self:
        """Those due on this day or before."""
        return self.filter(due_on__lte=day)

    def overdue(self) -> Self:
        """Those whose day has passed."""
        return self.filter(due_on__lt=timezone.localdate())

    def repeating(self, text: Any) -> Self:
        """Those that may repeat words of a text in why they were sent back."""
        return self.filter(proposal=text).exclude(sent_back_at=None) if isinstance(text, Proposal) else self.none()

    def sent_back(self) -> Self:
        """Those that their department gave back, with a reason."""
        return self.filter(sent_back_at__isnull=False)

    def by_due_day(self) -> Self:
        """The most urgent first, with what a list shows."""
        parts = ("department", "person", "proposal__consultation", "topic__consultation")
        return self.select_related(*parts).order_by("due_on", "pk")

    def with_own_reply(self) -> Self:
        """Each with `own_reply`: the number of the department's own reply, draft or public; None before it has one."""
        own = Reply.objects.order_by().filter(department=OuterRef("department"))
        to_voice = own.filter(proposal=OuterRef("proposal")).values("pk")[:1]
        to_topic = own.filter(topic=OuterRef("topic")).values("pk")[:1]
        return self.annotate(own_reply=Coalesce(Subquery(to_voice), Subquery(to_topic)))

    def assign(
        self,
        targets: Iterable[Proposal | Topic],
        departments: Iterable[Department],
        *,
        due_on: date,
        by: Any,
        person: Any = None,
    ) -> list["Assignment"]:
        """Ask departments to answer voices or topics until a day; again for the same changes person and day.

        Whoever is asked gets one letter about all of them. The person is named where the department is the person's.
        """
        made: list[Assignment] = []
        with transaction.atomic():
            for target in targets:
                key = {"proposal": target} if isinstance(target, Proposal) else {"topic": target}
                for department in departments:
                    known = self.filter(**key, department=department).first()
                    if known is not None:
                        known.require_due_day_stands(due_on, by=by)
                    named = person if person and department.pk in person.department_ids() else None
                    row, _new = self.update_or_create(
                        **key, department=department, defaults={"person": named, **_asked_by(by, known, due_on)}
                    )
                    words = {"code": target.code, "department": department.code, "due_on": due_on.isoformat()}
                    AuditEntry.record("assign", row, by=by, **words)
                    made.append(row)
            tell_assigned(made)
        return made


def _asked_by(by: Any, known: Any, due_on: date) -> dict[str, Any]:
    """Who asks until which day; somebody of the department itself who only names another person asks for nothing new."""
    if known is not None and known.due_on == due_on and not known.may_be_taken_back_by(by):
        return {"due_on": due_on}
    return {"due_on": due_on, "assigned_by": by, "sent_back_at": None, "sent_back_reason": ""}


class Assignment(models.Model):
    """One department that shall answer one voice or topic, perhaps through a named person, until a day."""

    copied_words = (Copied("sent_back_reason", instead=ERASED),)

    proposal = models.ForeignKey(
        Proposal, models.CASCADE, null=True, blank=True, related_name="assignments", verbose_name=_("アイデア・意見")
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
    sent_back_at = models.DateTimeField(_("差し戻した日時"), null=True, blank=True, editable=False)
    sent_back_reason = TypedTextField(_("差し戻しの理由"), blank=True, max_length=REASON_MAX, editable=False)

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
    def target(self) -> Any:
        """The voice or topic."""
        return self.topic if self.topic_id else self.proposal

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed."""
        return self.due_on < timezone.localdate()

    def may_be_taken_back_by(self, user: Any) -> bool:
        """Whether a person may take it back or move its day: whoever manages the theme, never a department its own that
        is overdue. Who shall answer and would rather not sends it back."""
        own = user.department_ids()
        manages = user.has_role(Role.SECRETARIAT) or self.target.consultation.department_id in own
        return manages and not (self.is_overdue and self.department_id in own)

    def require_due_day_stands(self, due_on: date, *, by: Any) -> None:
        """Refuse another day from those who may not move it."""
        if due_on != self.due_on and not self.may_be_taken_back_by(by):
            raise ActionRefused(
                _("回答期限を変えられるのは、割り当てた側です。答えられないときは、理由を書いて差し戻してください。")
            )

    def take_back(self, *, by: Any) -> None:
        """The department need not answer after all."""
        if not self.may_be_taken_back_by(by):
            raise ActionRefused(
                _("ご自分の課への割り当ては取り消せません。答えられないときは、理由を書いて差し戻してください。")
            )
        with transaction.atomic():
            words = {"code": self.target.code, "department": self.department.code}
            AuditEntry.record("take_back_assignment", self, by=by, **words)
            self.delete()

    @transaction.atomic
    def send_back(self, *, by: Any, reason: str) -> None:
        """差し戻し: the department says why it is not the one to answer; who assigned it is told. It stays on the list, and
        counts, until it is taken back or given to another department."""
        if self.department_id not in by.department_ids():
            raise ActionRefused(_("差し戻せるのは、割り当てられた課の職員だけです。"))
        if not reason.strip():
            raise ActionRefused(_("差し戻すときは、理由を書いてください。"))
        self.sent_back_at, self.sent_back_reason = timezone.now(), reason.strip()
        self.save(update_fields=["sent_back_at", "sent_back_reason"])
        words = {"code": self.target.code, "department": self.department.code}
        AuditEntry.record("send_back_assignment", self, by=by, reason=self.sent_back_reason, **words)
        title = _("%(code)s の割り当てが差し戻されました（%(department)s）")
        for person in self._who_assigned():
            Notification.objects.notify(
                person,
                kind="assignment",
                key=f"{self.pk}:sent-back",
                title=title % {"code": self.target.code, "department": self.department.name},
                body=self.sent_back_reason,
                url=reverse("admin:consultations_assignment_change", args=[self.pk]),
            )

    def _who_assigned(self) -> list[int]:
        """Who assigned it, while working here; else the secretariat."""
        person = self.assigned_by
        if person is not None and person.is_active and person.serves_city:
            return [person.pk]
        return list(User.objects.holding(Role.SECRETARIAT).values_list("pk", flat=True))
