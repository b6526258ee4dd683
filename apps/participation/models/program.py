"""市民参加プログラム: which procedures a plan or project will use, and when, told before they begin."""

from datetime import date
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Department, Role, User
from apps.core.models import Timestamped
from apps.core.textfields import TypedCharField, TypedTextField
from apps.participation.models.vocabulary import ProcedureKind


class ParticipationProgramQuerySet(models.QuerySet["ParticipationProgram"]):
    """QuerySet of ParticipationProgram."""

    def public(self) -> Self:
        """Filter the programs that departments have made public."""
        return self.filter(is_public=True)

    def manageable_by(self, user: User) -> Self:
        """Filter the programs that the user writes: all for the secretariat, else those of the own departments."""
        return self.all() if user.has_role(Role.SECRETARIAT) else self.filter(department__in=user.department_ids())

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Filter public programs, and drafts for who writes them."""
        if not user.is_staff:
            return self.public()
        return self.filter(Q(is_public=True) | Q(pk__in=ParticipationProgram.objects.manageable_by(user).values("pk")))

    def for_pages(self) -> Self:
        """Join the department and read the steps; the program that was changed last comes first."""
        return self.select_related("department").prefetch_related("steps__kind").order_by("-updated_at", "-pk")


class ParticipationProgram(Timestamped):
    """市民参加プログラム: the procedures that a plan or project (計画・事業) will use. Public once its department says so."""

    title = TypedCharField(gettext_lazy("計画・事業の名称"), max_length=120)
    slug = models.SlugField(
        gettext_lazy("アドレス名"),
        unique=True,
        help_text=gettext_lazy("英小文字・数字・ハイフン。公開のあとは変えられません。"),
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="participation_programs", verbose_name=gettext_lazy("所管課")
    )
    purpose = TypedTextField(
        gettext_lazy("何を決めるか"),
        max_length=1000,
        help_text=gettext_lazy("市民の意見を、何を決めるために聞くのかを書きます。"),
    )
    is_public = models.BooleanField(gettext_lazy("公開する"), default=False)

    objects = ParticipationProgramQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("市民参加プログラム")
        verbose_name_plural = gettext_lazy("市民参加プログラム")
        ordering = ["-updated_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the URL of its page."""
        return reverse("participation:program", args=[self.slug])


class ProgramStep(models.Model):
    """予定する市民参加手続: one procedure of a program: its kind, its days, and its page once there is one."""

    program = models.ForeignKey(
        ParticipationProgram, models.CASCADE, related_name="steps", verbose_name=gettext_lazy("市民参加プログラム")
    )
    kind = models.ForeignKey(ProcedureKind, models.PROTECT, related_name="+", verbose_name=gettext_lazy("手続の種類"))
    starts_on = models.DateField(
        gettext_lazy("初日"), help_text=gettext_lazy("日が決まっていないときは、その月の1日から末日までにします。")
    )
    ends_on = models.DateField(gettext_lazy("最終日"), null=True, blank=True)
    plan = TypedCharField(
        gettext_lazy("だれに、どのように"),
        max_length=200,
        blank=True,
        help_text=gettext_lazy("例：16歳以上の3,000人に郵送します。"),
    )
    path = models.CharField(max_length=300, blank=True, editable=False)
    called_off = TypedCharField(
        gettext_lazy("行わないことにした理由"),
        max_length=200,
        blank=True,
        help_text=gettext_lazy("書くと、理由とともに公開されます。"),
    )

    class Meta:
        verbose_name = gettext_lazy("予定する市民参加手続")
        verbose_name_plural = gettext_lazy("予定する市民参加手続")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="program_step_days",
                violation_error_message=gettext_lazy("最終日は、初日以後の日にしてください。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.kind)

    @property
    def last_day(self) -> date:
        """Return its last day."""
        return self.ends_on or self.starts_on

    @property
    def state_shown(self) -> str:
        """Return in words where it stands: its days say so."""
        if self.called_off:
            return _("行いません")
        today = timezone.localdate()
        if today < self.starts_on:
            return _("予定")
        return _("実施中") if today <= self.last_day else _("終了")
