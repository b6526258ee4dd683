"""Load 行革プラン of 令和5年度: six sheets, transcribed from the city's own document and published as they stand there."""

from datetime import date

from apps.accounts.models import User
from apps.plans.generate import answer, publish_year
from apps.plans.models import Block, LineAnswer, PlanSheet, StageDeadline, State
from apps.plans.report import make_report

YEAR = 2023


def publish_plans() -> None:
    """Publish the loaded sheets and their report through the verbs: from then on the database refuses every change."""
    publish_year(YEAR)
    make_report(year=YEAR, by=None).publish(by=None)


def open_next_year() -> None:
    """Open the drafts of the next year, so that the editor can be tried: each begins with what its last sheet promised."""
    for stage, due_on in ((State.FIRST, date(YEAR + 1, 9, 30)), (State.SECOND, date(YEAR + 2, 3, 31))):
        StageDeadline.objects.create(year=YEAR + 1, stage=stage, due_on=due_on)
    PlanSheet.objects.open_year(YEAR + 1, by=None)


def answer_the_meeting() -> None:
    """Match a plan line of sheet 1 with the result line that says it was not done: 市民参加推進協議会 was to be held.

    The paper says both and ties nothing; ties of transcribed sheets may be made after their publication.
    """
    sheet = PlanSheet.objects.in_year(YEAR).get(plan__number=1)
    promise = sheet.lines.get(block=Block.PLAN_SECOND, text__startswith="市民参加推進協議会を開催し")
    result = sheet.lines.get(block=Block.DO_SECOND, text__startswith="市民参加推進協議会は開催せず")
    clerk = User.objects.by_email("secretariat@example.com").get()
    answer(promise, LineAnswer.Outcome.NOT, result, by=clerk)
