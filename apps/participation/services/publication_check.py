"""What a year still lacks before its report may be published."""

from django.utils.translation import gettext as _

from apps.participation.models import ParticipationReport, ParticipationYear


def missing_for_publication(year: ParticipationYear) -> list[str]:
    """Return what is missing, in sentences that name the departments; an empty list when the report may be published."""
    reports = list(year.reports.in_order())
    if not reports:
        return [_("調査票がありません。各課に依頼してください。")]
    asked = [
        (_("まだ提出していない課：%(which)s"), [report for report in reports if report.is_open]),
        (
            _("提出されたあと、まだ確定していない課：%(which)s"),
            [report for report in reports if report.state == ParticipationReport.State.SUBMITTED],
        ),
    ]
    return [
        sentence % {"which": "、".join(report.department_name for report in found)}
        for sentence, found in asked
        if found
    ]
