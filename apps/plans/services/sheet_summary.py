"""What a sheet says at one glance: how many of its plan lines were carried out, and the stations of the way it stands on."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.consultations.models import Reply
from apps.consultations.services.stations import Kind, Reached, Station, build_stations
from apps.plans.models import LineAnswer, PlanSheet, SheetLine, SheetLink


@dataclass(frozen=True)
class OutcomeCounts:
    """Plan lines of a sheet: how many there are, carried out, in part, not; answered is the sum of the last three."""

    planned: int
    done: int
    partly: int
    not_done: int

    @property
    def answered(self) -> int:
        """How many have an answer."""
        return self.done + self.partly + self.not_done


def count_outcomes(lines: Iterable[SheetLine]) -> OutcomeCounts:
    """Count the plan lines by the outcome of their first answer. lines: read with `with_answers`."""
    planned = [line for line in lines if line.is_plan]
    outcomes = [line.answers.all()[0].outcome for line in planned if line.answers.all()]
    kinds = LineAnswer.Outcome
    return OutcomeCounts(len(planned), *(outcomes.count(kind) for kind in (kinds.DONE, kinds.PARTLY, kinds.NOT)))


def stations_of_sheet(sheet: PlanSheet, links: list[SheetLink], proposal_count: int) -> list[Station]:
    """Return the stations around a sheet. links: with public ends; proposal_count: public proposals behind them."""
    own = sheet.get_absolute_url()
    reached = {Kind.PLAN: Reached(url=own)}
    if proposal_count:
        reached[Kind.VOICE] = Reached(str(proposal_count), f"{own}#behind-title")
    topics = [link.topic_id for link in links if link.topic_id]
    proposals = [link.proposal_id for link in links if link.proposal_id]
    if Reply.objects.public().to_any(proposals=proposals, topics=topics).exists():
        reached[Kind.REPLY] = Reached(url=f"{own}#links-title")
    if any(link.project_id for link in links):
        reached[Kind.PROJECT] = Reached(url=f"{own}#links-title")
    grade = sheet.facts["grade"]
    if grade:
        reached[Kind.GRADE] = Reached(grade["code"], f"{own}#half-year")
    return build_stations(reached, is_way=False)
