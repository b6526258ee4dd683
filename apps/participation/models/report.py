"""調査の年度 and 調査票: a year that is asked about, and what one department returns."""

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department, Role, User
from apps.core.date_formats import fiscal_label
from apps.core.modelfields import PastDateTimeField
from apps.core.models import Timestamped
from apps.core.textfields import TypedCharField, TypedTextField

FIRST_YEAR, LAST_YEAR = 2000, 2100


class ParticipationYearQuerySet(models.QuerySet["ParticipationYear"]):
    """QuerySet of ParticipationYear."""

    def public(self) -> Self:
        """Filter the years of which a report was published."""
        return self.filter(editions__isnull=False).distinct()

    def asked(self) -> Self:
        """Filter the years of which departments were asked and no report is published yet."""
        return self.filter(requested_at__isnull=False, editions=None)

    def with_open_count(self) -> Self:
        """Annotate `open_count`: the returns that wait for their department."""
        waiting = Q(reports__state__in=["writing", "returned"])
        return self.annotate(open_count=Count("reports", filter=waiting))


class ParticipationYear(Timestamped):
    """調査の年度: the fiscal year that departments report, and by when."""

    open_count: int  # of rows read `with_open_count`

    year = models.PositiveSmallIntegerField(
        _("対象の年度"), unique=True, help_text=_("西暦で。令和5年度の実績を調べるときは2023。")
    )
    due_on = models.DateField(_("提出の期限"))
    guide = TypedTextField(
        _("記入のしかた"), max_length=2000, blank=True, help_text=_("各課の調査票のはじめに出ます。")
    )
    requested_at = PastDateTimeField(_("依頼した日時"), null=True, blank=True, editable=False)

    objects = ParticipationYearQuerySet.as_manager()

    class Meta:
        verbose_name = _("調査の年度")
        verbose_name_plural = _("調査の年度")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                name="participation_year_range",
                violation_error_message=_("年度は、2000から2100までの西暦にしてください。"),
            )
        ]

    def __str__(self) -> str:
        return fiscal_label(self.year)

    @property
    def first_day(self) -> date:
        """Return its first day."""
        return date(self.year, 4, 1)

    @property
    def last_day(self) -> date:
        """Return its last day."""
        return date(self.year + 1, 3, 31)


class ParticipationReportQuerySet(models.QuerySet["ParticipationReport"]):
    """QuerySet of ParticipationReport. None is public by itself: everybody reads the frozen edition of the year."""

    def manageable_by(self, user: User) -> Self:
        """Filter what the user fills in: all for the secretariat, else those of the own departments."""
        return self.all() if user.has_role(Role.SECRETARIAT) else self.filter(department__in=user.department_ids())

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter the same; none for anybody outside the city's service."""
        return self.manageable_by(user) if user.is_authenticated and user.is_staff else self.none()

    def with_counts(self) -> Self:
        """Annotate `act_count` and `collaboration_count`."""
        return self.annotate(
            act_count=Count("acts", distinct=True), collaboration_count=Count("collaborations", distinct=True)
        )

    def in_order(self) -> Self:
        """Join year and department, in the city's order."""
        return self.select_related("year", "department").order_by(
            "-year__year", "department__order", "department__code"
        )

    def of_departments(self, ids: Iterable[int]) -> Self:
        """Filter those of these departments."""
        return self.filter(department__in=ids)

    def not_handed_in(self) -> Self:
        """Filter those that wait for their department."""
        return self.filter(state__in=[ParticipationReport.State.WRITING, ParticipationReport.State.RETURNED])


class ParticipationReport(Timestamped):
    """調査票: what a department returns of a year. Its name is kept as it was on the day of the request."""

    act_count: int  # of rows read `with_counts`
    collaboration_count: int

    class State(models.TextChoices):
        """Where a return stands; 公表 follows from the edition of its year."""

        WRITING = "writing", _("入力中")
        SUBMITTED = "submitted", _("提出済み")
        RETURNED = "returned", _("差戻し")
        CONFIRMED = "confirmed", _("確定")

    year = models.ForeignKey(ParticipationYear, models.PROTECT, related_name="reports", verbose_name=_("年度"))
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="participation_reports", verbose_name=_("所管課")
    )
    department_name = TypedCharField(_("依頼した日の課の名称"), max_length=60, editable=False)
    state = models.CharField(_("状態"), max_length=10, choices=State.choices, default=State.WRITING, editable=False)
    has_no_acts = models.BooleanField(_("市民参加手続：該当なし"), default=False)
    has_no_collaborations = models.BooleanField(_("協働：該当なし"), default=False)
    remark = TypedTextField(_("差戻しの理由"), max_length=1000, blank=True, editable=False)
    filled_at = PastDateTimeField(_("わかっている数を入れた日時"), null=True, blank=True, editable=False)
    submitted_at = PastDateTimeField(_("提出した日時"), null=True, blank=True, editable=False)

    objects = ParticipationReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("調査票")
        verbose_name_plural = _("調査票")
        ordering = ["-year__year", "department__order"]
        constraints = [
            models.UniqueConstraint(fields=["year", "department"], name="participation_report_once"),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(remark=""), name="participation_return_explained"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.department_name}"

    @property
    def is_open(self) -> bool:
        """Return whether the department may still write."""
        return self.state in {self.State.WRITING, self.State.RETURNED}

    @property
    def is_late(self) -> bool:
        """Return whether the last day has passed and it is not handed in."""
        return self.is_open and self.year.due_on < timezone.localdate()

    def get_for_update(self) -> "ParticipationReport":
        """Return the row as it is now, locked until the transaction ends (SELECT … FOR UPDATE)."""
        locked = ParticipationReport.objects.select_for_update(of=("self",))
        return locked.select_related("year", "department").get(pk=self.pk)
