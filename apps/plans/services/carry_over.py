"""Match the directions that the year before gave with the lines of this year's plan."""

from dataclasses import dataclass

from apps.core.search import bigrams, similarity
from apps.plans.line_parser import directions_in
from apps.plans.models import Block, PlanSheet, SheetLine
from apps.plans.models.constants import PLAN_BLOCKS

ALIKE = 0.5  # similarity of bigrams from which a line takes a direction up


@dataclass
class Promise:
    """A direction in last year's 総括, and the most similar line of this year's plan (None: none is similar enough)."""

    mark: str
    text: str
    taken_up: SheetLine | None

    @property
    def is_same(self) -> bool:
        """Return whether it stands there word for word."""
        return self.taken_up is not None and self.taken_up.text == self.text


def promises_of(sheet: PlanSheet, lines: list[SheetLine]) -> list[Promise]:
    """Return the directions of last year's 総括; empty for a plan without a public sheet of the year before."""
    last = PlanSheet.objects.public().of_plan(sheet.plan_id).filter(year=sheet.year - 1).first()
    if last is None:
        return []
    plans = [(line, set(bigrams(line.text))) for line in lines if line.block in PLAN_BLOCKS]
    directions = [(line, directions_in(line.text)) for line in last.lines.in_block(Block.SUMMARY)]
    return [Promise(line.mark, text, _nearest(text, plans)) for line, text in directions if text]


def _nearest(promise: str, plans: list[tuple[SheetLine, set[str]]]) -> SheetLine | None:
    promise_pairs = set(bigrams(promise))
    scored = [(similarity(promise_pairs, pairs), -line.pk, line) for line, pairs in plans]
    best = max(scored, default=None)
    return best[2] if best and best[0] >= ALIKE else None
