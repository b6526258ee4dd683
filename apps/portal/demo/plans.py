"""行革プラン of 令和5年度: six sheets, written down from the city's own document and published as they stand there."""

from datetime import date

from apps.plans.generate import publish_year
from apps.plans.models import PlanSheet, StageDeadline, State
from apps.plans.report import make_report

YEAR = 2023


def publish_plans() -> None:
    """Publish the loaded sheets and their report through the verbs: from then on the database refuses every change."""
    publish_year(YEAR)
    make_report(year=YEAR, by=None).publish(by=None)


def open_next_year() -> None:
    """Drafts of the year after, so that the editor can be tried: each begins with what its last sheet promised."""
    for stage, due_on in ((State.FIRST, date(YEAR + 1, 9, 30)), (State.SECOND, date(YEAR + 2, 3, 31))):
        StageDeadline.objects.create(year=YEAR + 1, stage=stage, due_on=due_on)
    PlanSheet.objects.open_year(YEAR + 1, by=None)
