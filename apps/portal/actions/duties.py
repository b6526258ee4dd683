"""Actions: plan that a person's duties pass to another, take it back, and carry out what is due."""

from datetime import date

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import DutyChange, Role, User, enqueue_work_mail, to_people
from apps.consultations.models import Approver, Assignment
from apps.core.date_formats import wareki
from apps.core.exceptions import ActionRefused
from apps.operations.models import AuditEntry
from apps.plans.models import PlanSheet
from apps.portal.services.duties import duties_of


@transaction.atomic
def plan_duty_change(
    *, kind: str, person: User, successor: User, starts_on: date, ends_on: date | None, by: User
) -> DutyChange:
    """Plan that the duties of a person pass to a successor, audited; both are told. Raise ActionRefused without the right."""
    change = DutyChange(
        kind=kind, person=person, successor=successor, starts_on=starts_on, ends_on=ends_on, made_by=by
    )  # fmt: skip
    if not change.is_run_by(by):
        raise ActionRefused(_("決められるのは、今の担当者と事務局だけです。"))
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError as error:
        raise ActionRefused(
            _("この人の引き継ぎは、すでに決まっています。変えるときは、先に取り消してください。")
        ) from error
    AuditEntry.record("plan_duty_change", change, by=by, kind=kind, starts_on=starts_on.isoformat())
    _tell(change, "planned", _("担当の引き継ぎ・代理が決まりました（%(day)sから）") % {"day": wareki(starts_on)})
    return change


@transaction.atomic
def take_back_duty_change(*, change: DutyChange, by: User) -> None:
    """Take back a duty change and tell both people."""
    change.take_back(by=by)
    _tell(change, "taken-back", _("担当の引き継ぎ・代理が取り消されました"))


def carry_out_moves() -> int:
    """Carry out every move whose day has come. Return how many. Idempotent."""
    return sum(_carry_out(pk) for pk in DutyChange.objects.to_carry_out().values_list("pk", flat=True))


@transaction.atomic
def _carry_out(pk: int) -> int:
    """Move the duties of one change. What the successor's departments do not answer stays, and the secretariat is told."""
    due = DutyChange.objects.to_carry_out().select_for_update(of=("self",), skip_locked=True).filter(pk=pk)
    change = due.select_related("person", "successor").first()
    if change is None:
        return 0
    duties = duties_of(change.person)
    moving = duties.movable_to(change.successor) if change.successor.serves_city else duties.without(duties)
    staying = duties.without(moving)
    Assignment.objects.hand_to(moving.assignments, change.successor)
    PlanSheet.objects.hand_to(moving.sheets, change.successor)
    Approver.objects.hand_to(moving.places, change.successor)
    change.done_at = timezone.now()
    change.save(update_fields=["done_at"])
    AuditEntry.record("move_duties", change, moved=moving.number, left=staying.number)
    words = _("担当を引き継ぎました：%(moved)d件（移せなかったもの %(left)d件）")
    _tell(
        change, "done", words % {"moved": moving.number, "left": staying.number}, with_secretariat=bool(staying.number)
    )
    return 1


def _tell(change: DutyChange, what: str, words: str, *, with_secretariat: bool = False) -> None:
    """Tell both people of a change, and the secretariat where somebody has to find another person."""
    people = {change.person, change.successor}
    if with_secretariat:
        people |= set(User.objects.holding(Role.SECRETARIAT))
    present = [user for user in sorted(people, key=lambda user: user.pk) if user.serves_city]
    key = f"duty-change:{what}:{change.pk}"
    enqueue_work_mail(
        to_people(present),
        key_of=lambda name: f"{key}:{name}",
        subject=words,
        body=words,
        path=reverse("portal:duties"),
    )
