"""Confirm or publish many sheets of a year in one press: those that can go on, the others are named with the reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.types import StrOrPromise
from apps.plans.actions.workflow import confirm_sheet, confirm_stage, publish_sheet
from apps.plans.models import ActionRefused, PlanSheet, State


@dataclass(frozen=True)
class Outcome:
    """What became of one sheet: no sentence means that it was done."""

    sheet: PlanSheet
    sentence: StrOrPromise = ""
    missing: list[StrOrPromise] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Return whether the sheet went on."""
        return not self.sentence


@transaction.atomic
def confirm_many(*, seen: Mapping[int, str], by: User) -> list[Outcome]:
    """Confirm the present stage of these sheets (総括: 確定); return what became of each.

    seen: {id: `stage_key` that was looked at} (optimistic lock).
    """
    return _each(seen, by, lambda sheet, key: _confirm(sheet, key, by))


@transaction.atomic
def publish_many(*, seen: Mapping[int, str], by: User) -> list[Outcome]:
    """Publish these sheets; return what became of each. seen: {id: `confirmation_key` that was looked at}."""
    return _each(seen, by, lambda sheet, key: publish_sheet(sheet=sheet, by=by, seen=key))


def _confirm(sheet: PlanSheet, key: str, by: User) -> None:
    """Confirm the stage, or the whole sheet in 総括."""
    act = confirm_sheet if sheet.state == State.SUMMARY else confirm_stage
    act(sheet=sheet, by=by, seen=key)


def _each(seen: Mapping[int, str], by: User, act: Callable[[PlanSheet, str], None]) -> list[Outcome]:
    """Act on each sheet in a savepoint of its own, in the order of the paper. For the secretariat."""
    if not by.has_perm("plans.confirm_sheet"):
        raise PermissionDenied(_("確認・確定・公表は事務局（企画経営課）が行います。"))
    outcomes = []
    for sheet in PlanSheet.objects.filter(pk__in=list(seen)).for_tree().order_by("year", "number", "edition"):
        try:
            with transaction.atomic():
                act(sheet, seen[sheet.pk])
        except ActionRefused as refused:
            outcomes.append(Outcome(sheet, refused.sentence, list(refused.missing)))
        else:
            outcomes.append(Outcome(sheet))
    return outcomes
