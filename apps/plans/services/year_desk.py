"""A year on the secretariat's desk: with whom each sheet is, how full it is, and what can go on in one press."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.types import StrOrPromise
from apps.plans.models import PlanSheet
from apps.plans.models.constants import Whereabouts
from apps.plans.services.stage_requirements import Fullness, Requirement, fullness_of

CONFIRM, PUBLISH = "confirm", "publish"


@dataclass(frozen=True)
class Candidate:
    """A sheet that may go on: the key that was looked at; or why it cannot: reason, and what is missing."""

    sheet: PlanSheet
    key: str = ""
    reason: StrOrPromise = ""
    missing: Sequence[Requirement] = ()


def count_by_whereabouts(sheets: Sequence[PlanSheet]) -> list[tuple[str, StrOrPromise, int]]:
    """Return (value, label, number) of every place where a sheet can be. sheets: read `for_desk`."""
    counts = Counter(sheet.whereabouts for sheet in sheets)
    return [(one.value, one.label, counts[one]) for one in Whereabouts]


def candidates_for(verb: str, sheets: Sequence[PlanSheet]) -> tuple[list[Candidate], list[Candidate]]:
    """Return those of these sheets that can be confirmed or published together, and those that cannot, each with its reason.

    sheets: read `for_desk`. What is published is in neither list; for 確認, nor is what is confirmed as a whole.
    """
    if verb == PUBLISH:
        waiting = [sheet for sheet in sheets if not sheet.is_published]
        found = [_to_publish(sheet) for sheet in waiting]
    else:
        in_stage = [sheet for sheet in sheets if sheet.is_in_stage]
        fullness = fullness_of(in_stage)
        found = [_to_confirm(sheet, fullness[sheet.pk]) for sheet in in_stage]
    return [one for one in found if not one.reason], [one for one in found if one.reason]


def _to_publish(sheet: PlanSheet) -> Candidate:
    if sheet.whereabouts == Whereabouts.CONFIRMED:
        return Candidate(sheet, sheet.confirmation_key)
    return Candidate(sheet, reason=_("まだ確定していません（%(stage)s）。") % {"stage": sheet.get_state_display()})


def _to_confirm(sheet: PlanSheet, fullness: Fullness) -> Candidate:
    if sheet.whereabouts == Whereabouts.SUBMITTED:
        if fullness.missing:
            return Candidate(sheet, reason=_("書かれていない欄があります。"), missing=fullness.missing)
        return Candidate(sheet, sheet.stage_key)
    reason = _("差し戻しています。") if sheet.whereabouts == Whereabouts.RETURNED else _("まだ提出されていません。")
    return Candidate(sheet, reason=reason, missing=fullness.missing)
