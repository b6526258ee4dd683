"""方針 > 基本的取組 > プラン: the tree in which every plan has exactly one place."""

from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department, Role, User
from apps.core.models import Timestamped
from apps.core.textfields import TypedCharField, TypedTextField


class CodeQuerySet(models.QuerySet[Any]):
    """QuerySet of rows that fixtures name by their code."""

    def get_by_natural_key(self, code: str) -> Any:
        """Return the branch with this code."""
        return self.get(code=code)


class PlanQuerySet(CodeQuerySet):
    """QuerySet of Plan."""

    def manageable_by(self, user: User) -> Self:
        """Return the plans that a person works on: all for the secretariat, else those of the own departments."""
        if user.has_role(Role.SECRETARIAT):
            return self.all()
        return self.filter(plan_departments__department__in=user.department_ids()).distinct()

    def in_tree(self) -> Self:
        """Join the branches above, in the order of the paper."""
        return self.select_related("measure__policy").order_by("measure__policy__order", "measure__order", "number")

    def without_sheet(self, year: int) -> Self:
        """Return plans that have no sheet of this year yet, in the order of the paper."""
        return self.exclude(sheets__year=year).in_tree()


class Policy(models.Model):
    """方針: the top of the tree of one reform plan; a later plan starts a tree of its own."""

    code = models.SlugField(_("コード"), unique=True)
    starts_in = models.PositiveSmallIntegerField(_("開始年度（西暦）"))
    number = TypedCharField(_("番号"), max_length=8)
    title = TypedCharField(_("名称"), max_length=100)
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("方針")
        verbose_name_plural = _("方針")
        ordering = ["-starts_in", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["starts_in", "number"],
                name="policy_number_once",
                violation_error_message=_("同じ番号の方針がすでにあります。"),
            )
        ]

    def __str__(self) -> str:
        return f"方針{self.number} {self.title}"

    def natural_key(self) -> tuple[str]:
        """Return its code."""
        return (self.code,)


class Measure(models.Model):
    """基本的取組: a branch of a policy."""

    code = models.SlugField(_("コード"), unique=True)
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="measures", verbose_name=_("方針"))
    number = TypedCharField(_("番号"), max_length=8)
    title = TypedCharField(_("名称"), max_length=100)
    order = models.PositiveSmallIntegerField(_("並び順"), default=100)

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("基本的取組")
        verbose_name_plural = _("基本的取組")
        ordering = ["policy", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "number"],
                name="measure_number_once",
                violation_error_message=_("同じ番号の基本的取組がすでにあります。"),
            )
        ]

    def __str__(self) -> str:
        return f"基本的取組{self.number} {self.title}"

    def natural_key(self) -> tuple[str]:
        """Return its code."""
        return (self.code,)


class Plan(Timestamped):
    """プラン: what is to be reached, and which departments answer for it."""

    code = models.SlugField(_("コード"), unique=True)
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="plans", verbose_name=_("基本的取組"))
    number = models.PositiveSmallIntegerField(_("番号"))
    title = TypedCharField(_("名称"), max_length=100)
    overview = TypedTextField(_("プランの概要"))
    departments = models.ManyToManyField(Department, through="PlanDepartment", related_name="plans")
    with_related = models.BooleanField(_("関係各課も担当"), default=False)
    is_active = models.BooleanField(_("継続中"), default=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("プラン")
        verbose_name_plural = _("プラン")
        ordering = ["measure", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "number"],
                name="plan_number_once",
                violation_error_message=_("同じ番号のプランがすでにあります。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def natural_key(self) -> tuple[str]:
        """Return its code."""
        return (self.code,)

    def department_names(self) -> list[str]:
        """Return the departments in the order of the paper, without 関係各課 (see `PlanSheet.departments_shown`)."""
        return [entry.department.name for entry in self.plan_departments.all()]

    def is_responsibility_of(self, user: User) -> bool:
        """Return whether the person works for one of its departments."""
        own = user.department_ids()
        return any(entry.department_id in own for entry in self.plan_departments.all())


class PlanDepartment(models.Model):
    """担当課 of a plan; the first leads and is reminded first."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="plan_departments")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("所管課"))
    order = models.PositiveSmallIntegerField(_("並び順"), default=1)

    class Meta:
        verbose_name = _("担当課")
        verbose_name_plural = _("担当課")
        ordering = ["plan", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "department"],
                name="plan_department_once",
                violation_error_message=_("同じ課が二度選ばれています。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.department}"
