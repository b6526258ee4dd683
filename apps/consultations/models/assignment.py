"""担当: which departments shall answer a voice or a topic, and by when."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department, Role
from apps.consultations.models.letters import tell_assigned
from apps.consultations.models.proposal import Proposal
from apps.consultations.models.reply import Reply, one_answerable
from apps.consultations.models.topic import Topic
from apps.operations.models import AuditEntry


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

    def by_due_day(self) -> Self:
        """The most urgent first, with what a list shows."""
        parts = ("department", "person", "proposal__consultation", "topic__consultation")
        return self.select_related(*parts).order_by("due_on", "pk")

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
                    named = person if person and department.pk in person.department_ids() else None
                    row, _new = self.update_or_create(
                        **key, department=department, defaults={"person": named, "due_on": due_on}
                    )
                    words = {"code": target.code, "department": department.code, "due_on": due_on.isoformat()}
                    AuditEntry.record("assign", row, by=by, **words)
                    made.append(row)
            tell_assigned(made)
        return made


class Assignment(models.Model):
    """One department that shall answer one voice or topic, perhaps through a named person, until a day."""

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

    def take_back(self, *, by: Any) -> None:
        """The department need not answer after all."""
        with transaction.atomic():
            words = {"code": self.target.code, "department": self.department.code}
            AuditEntry.record("take_back_assignment", self, by=by, **words)
            self.delete()
