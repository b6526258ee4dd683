"""The duties that are named after a person (担当): what would move to a successor, and what could not."""

from dataclasses import dataclass

from apps.accounts.models import User
from apps.consultations.models import Approver, Assignment
from apps.plans.models import PlanSheet


@dataclass(frozen=True)
class Duties:
    """Open duties of a person: assignments to answer, sheets to write, places in an order of approval (決裁の順番)."""

    assignments: list[Assignment]
    sheets: list[PlanSheet]
    places: list[Approver]

    @property
    def number(self) -> int:
        """Return how many they are."""
        return len(self.assignments) + len(self.sheets) + len(self.places)

    def movable_to(self, successor: User) -> "Duties":
        """Return those whose department the successor works for today."""
        own = successor.department_ids()
        return Duties(
            [row for row in self.assignments if row.department_id in own],
            [sheet for sheet in self.sheets if sheet.plan.is_responsibility_of(successor)],
            [place for place in self.places if place.department_id in own],
        )

    def without(self, others: "Duties") -> "Duties":
        """Return those that are not among the others."""
        return Duties(
            [row for row in self.assignments if row not in others.assignments],
            [sheet for sheet in self.sheets if sheet not in others.sheets],
            [place for place in self.places if place not in others.places],
        )


def duties_of(person: User) -> Duties:
    """Return what is open and named after the person; four queries and their joins."""
    return Duties(
        list(Assignment.objects.held_by(person)),
        list(PlanSheet.objects.held_by(person)),
        list(Approver.objects.held_by(person)),
    )
