"""Make the survey of two years for demonstrations, through the verbs that staff use."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from apps.accounts.models import Department
from apps.core.fiscal import fiscal_year
from apps.participation import actions
from apps.participation.models import (
    CollaborationEntry,
    ParticipationAct,
    ParticipationReport,
    ParticipationYear,
    ProcedureKind,
)

GUIDE = "（見本）実際の調査ではありません。"
# (title, kind, figure, unit, how it was counted)
ACTS = [
    ("【見本】公園の使い方を考える会", "workshop", 42, "attendances", "（見本）受付の名簿。重なりは除いていません。"),
    ("【見本】図書館のアンケート", "survey", 318, "letters", "（見本）届いた回答の数"),
]


def publish_samples(departments: Sequence[Department]) -> None:
    """Publish the reports of the last two finished years. departments: who has lines; all others say 該当なし."""
    last = fiscal_year(timezone.localdate()) - 1
    for number, year in enumerate((last - 1, last)):
        asked = ParticipationYear.objects.create(year=year, due_on=date(year + 1, 6, 30), guide=GUIDE)
        actions.request_reports(year=asked, by=None)
        for report in asked.reports.in_order():
            if report.department in departments:
                _write(report, more=number)
            else:
                _say_nothing(report)
            actions.submit_report(report=report, by=None)
            actions.confirm_report(report=report, by=None)
        actions.publish_edition(year=asked, by=None)


def _write(report: ParticipationReport, *, more: int) -> None:
    """Write the sample lines. more: what the later year has beyond the earlier one."""
    for title, kind, figure, unit, how in ACTS:
        ParticipationAct.objects.create(
            report=report, title=title, kind=ProcedureKind.objects.get_by_natural_key(kind), starts_on=report.year.first_day,
            figure=figure + 10 * more, unit=unit, how_counted=how,
        )  # fmt: skip
    report.acts.update(outcome="（見本）意見を計画に生かしました。", issue="（見本）若い人の参加が少ないこと。")
    CollaborationEntry.objects.create(
        report=report, title="【見本】花壇の手入れ", method="cooperation", partner="（見本）花の会", amount=120_000,
        result="（見本）駅前が明るくなりました。", issue="（見本）続ける人を増やすこと。",
    )  # fmt: skip


def _say_nothing(report: ParticipationReport) -> None:
    """Say 該当なし for what a department has not; complete what the portal filled in."""
    report.acts.update(outcome="（見本）意見を計画に生かしました。", issue="（見本）知らせ方。")
    report.has_no_acts, report.has_no_collaborations = not report.acts.exists(), True
    report.save(update_fields=["has_no_acts", "has_no_collaborations", "updated_at"])
