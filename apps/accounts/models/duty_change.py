"""異動・代理: a person's duties that pass to another person, from a day on for good or for a period."""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models.department import Department
from apps.accounts.models.posting import Role
from apps.accounts.models.user import User
from apps.core.exceptions import ActionRefused
from apps.core.modelfields import PastDateTimeField
from apps.operations.models import AuditEntry


class DutyChangeQuerySet(models.QuerySet["DutyChange"]):
    """QuerySet of duty changes: whose, which are to come, who stands in today."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return all for the secretariat, else those from and to the person."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.SECRETARIAT):
            return self.all()
        return self.filter(Q(person=user) | Q(successor=user))

    def for_list(self) -> Self:
        """Join the people; the latest day first."""
        return self.select_related("person", "successor").order_by("-starts_on", "-pk")

    def in_force(self) -> Self:
        """Return those that were not taken back."""
        return self.filter(taken_back_at=None)

    def to_carry_out(self) -> Self:
        """Return the moves whose day has come and that were not carried out yet, the oldest first."""
        moves = self.in_force().filter(kind=DutyChange.Kind.MOVE, done_at=None)
        return moves.filter(starts_on__lte=timezone.localdate()).order_by("starts_on", "pk")

    def standing_in_for(self, person: User) -> Self:
        """Return the substitutions of the person that hold today, the newest first."""
        today = timezone.localdate()
        rows = self.in_force().filter(kind=DutyChange.Kind.SUBSTITUTE, person=person)
        return rows.filter(starts_on__lte=today, ends_on__gte=today).select_related("successor").order_by("-pk")

    def substituted_by(self, user: User) -> Self:
        """Return the substitutions that hold today in which the user stands in for somebody."""
        today = timezone.localdate()
        rows = self.in_force().filter(kind=DutyChange.Kind.SUBSTITUTE, successor=user)
        return rows.filter(starts_on__lte=today, ends_on__gte=today)


class DutyChange(models.Model):
    """異動・代理: what is named after a person passes to a successor.

    引き継ぎ moves the duties on its day, and can be taken back until then. 代理 moves nothing: in its period, mail and お知らせ
    about the person's duties go to the substitute. Neither gives a role: rights come from postings only.
    """

    class Kind(models.TextChoices):
        """Whether the duties move for good or somebody stands in."""

        MOVE = "move", _("引き継ぎ（その日から、ずっと）")
        SUBSTITUTE = "substitute", _("代理（期間のあいだだけ）")

    kind = models.CharField(_("種類"), max_length=10, choices=Kind.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="duty_changes", verbose_name=_("今の担当者")
    )
    successor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("引き継ぐ人・代理の人")
    )
    starts_on = models.DateField(_("始まる日"))
    ends_on = models.DateField(_("終わる日"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("決めた人"),
    )
    made_at = models.DateTimeField(_("決めた日時"), auto_now_add=True)
    done_at = PastDateTimeField(_("移した日時"), null=True, blank=True, editable=False)
    taken_back_at = PastDateTimeField(_("取り消した日時"), null=True, blank=True, editable=False)

    objects = DutyChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("異動・代理")
        verbose_name_plural = _("異動・代理")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(person=F("successor")),
                name="duty_change_to_another",
                violation_error_message=_("今の担当者とは別の人を選んでください。"),
            ),
            models.CheckConstraint(
                condition=Q(kind="move", ends_on=None)
                | Q(kind="substitute", ends_on__isnull=False, ends_on__gte=F("starts_on")),
                name="duty_change_period",
                violation_error_message=_(
                    "代理には、始まる日以後の終わる日を入れてください。引き継ぎには終わる日はありません。"
                ),
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(taken_back_at=None), name="duty_change_done_or_taken_back"
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(kind="move", done_at=None, taken_back_at=None),
                name="duty_change_one_move",
                violation_error_message=_(
                    "この人の引き継ぎは、すでに決まっています。変えるときは、先に取り消してください。"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_on}"

    @property
    def may_be_taken_back(self) -> bool:
        """Return whether it can still be taken back: a move before its day, a substitution until its end."""
        if self.taken_back_at is not None or self.done_at is not None:
            return False
        last = self.starts_on if self.kind == self.Kind.MOVE else self.ends_on
        today = timezone.localdate()
        return last is not None and (today < last if self.kind == self.Kind.MOVE else today <= last)

    def is_run_by(self, user: User) -> bool:
        """Return whether the user may plan and take it back: the person, and the secretariat."""
        return user.serves_city and (self.person_id == user.pk or user.has_role(Role.SECRETARIAT))

    @transaction.atomic
    def take_back(self, *, by: User) -> None:
        """Take it back under a row lock, audited. Raise ActionRefused when it is too late."""
        row = DutyChange.objects.select_for_update(of=("self",)).get(pk=self.pk)
        if not row.is_run_by(by):
            raise ActionRefused(_("取り消せるのは、今の担当者と事務局だけです。"))
        if not row.may_be_taken_back:
            raise ActionRefused(_("すでに移したか、終わったか、取り消したため、取り消せません。"))
        row.taken_back_at = timezone.now()
        row.save(update_fields=["taken_back_at"])
        AuditEntry.record("take_back_duty_change", row, by=by)


def stand_in(person: User | None, department: Department) -> User | None:
    """Return who stands in for the person today and works for the department; the person without one."""
    if person is None:
        return None
    rows = DutyChange.objects.standing_in_for(person).prefetch_related("successor__postings")
    substitutes: list[Any] = [row.successor for row in rows]
    able = (user for user in substitutes if user.is_active and department.pk in user.department_ids())
    return next(able, person)
