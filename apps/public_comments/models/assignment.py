"""担当: which departments shall write a view, and by when."""

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department, User
from apps.core.modelfields import PastDateTimeField
from apps.public_comments.models.answer import CityView
from apps.public_comments.models.case import Case


class ViewAssignmentQuerySet(models.QuerySet["ViewAssignment"]):
    """QuerySet of ViewAssignment."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter the assignments in the cases that the user runs, and those to the own departments; none for anybody else."""
        if not user.is_staff:
            return self.none()
        run = models.Q(view__case__in=Case.objects.manageable_by(user).order_by().values("pk"))
        return self.filter(run | models.Q(department__in=user.department_ids()))

    def waiting(self) -> Self:
        """Filter those whose department has not said that it is done."""
        return self.filter(done_at=None)

    def ask_again(self, *, but: User | None) -> int:
        """Take back that they are done, except in the departments of a person. Return how many are asked again."""
        rows = self.exclude(done_at=None)
        others = rows.exclude(department__in=but.department_ids()) if but else rows
        return others.update(done_at=None)

    def count_waiting(self) -> dict[str, int]:
        """Return how many wait (`waiting`), and of how many the day has passed (`late`), in one statement."""
        late = models.Q(due_on__lt=timezone.localdate())
        return self.waiting().aggregate(waiting=models.Count("pk"), late=models.Count("pk", filter=late))

    def for_lists(self) -> Self:
        """Join view, case and department; the most urgent first."""
        return self.select_related("view__case", "department").order_by("due_on", "view__number", "pk")


class ViewAssignment(models.Model):
    """担当: a department that writes a view or agrees to it (合議) until a day, and when it said that it is done."""

    view = models.ForeignKey(CityView, models.CASCADE, related_name="assignments", verbose_name=_("市の考え方"))
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="view_assignments", verbose_name=_("担当課")
    )
    due_on = models.DateField(_("期限"))
    done_at = PastDateTimeField(_("書き終えた日時"), null=True, blank=True, editable=False)

    objects = ViewAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("市の考え方の担当")
        verbose_name_plural = _("市の考え方の担当")
        ordering = ["due_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["view", "department"], name="view_assignment_once")]

    def __str__(self) -> str:
        return f"{self.view.number} {self.department}"

    @property
    def is_late(self) -> bool:
        """Return whether its day has passed without the department having said that it is done."""
        return self.done_at is None and self.due_on < timezone.localdate()
