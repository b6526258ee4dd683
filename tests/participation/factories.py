"""A year that is asked about, returns and editions for tests, made through the verbs."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import Department
from apps.core.fiscal import fiscal_year
from apps.participation import actions
from apps.participation.models import (
    CollaborationEntry,
    ParticipationAct,
    ParticipationEdition,
    ParticipationProgram,
    ParticipationReport,
    ParticipationYear,
    ProcedureKind,
    ProgramStep,
)
from tests.accounts.factories import DepartmentFactory

counter = iter(range(1, 10**6))


def this_year(**fields: Any) -> ParticipationYear:
    """The fiscal year of today."""
    today = timezone.localdate()
    facts: dict[str, Any] = {"year": fiscal_year(today), "due_on": today + timedelta(days=30)}
    facts |= fields
    return ParticipationYear.objects.get_or_create(year=facts.pop("year"), defaults=facts)[0]


def requested(*departments: Department, **fields: Any) -> ParticipationYear:
    """A year for which every department was asked; with at least these departments."""
    if not departments:
        DepartmentFactory()
    year = this_year(**fields)
    actions.request_reports(year=year, by=None)
    return year


def report_of(department: Department | None = None, **fields: Any) -> ParticipationReport:
    """The open return of a department, with what the portal knows of it."""
    department = department or DepartmentFactory()
    year = requested(department, **fields)
    return ParticipationReport.objects.get(year=year, department=department)


def single_report(department: Department, year: int) -> ParticipationReport:
    """The open return of one department; no other was asked."""
    asked = this_year(year=year)
    return ParticipationReport.objects.create(year=asked, department=department, department_name=department.name)


def program(department: Department | None = None, **fields: Any) -> ParticipationProgram:
    """A public program with one procedure that is to come."""
    facts: dict[str, Any] = {
        "title": "水辺の計画", "slug": f"program-{next(counter)}", "department": department or DepartmentFactory(),
        "purpose": "水辺の使い方を決めます。", "is_public": True,
    }  # fmt: skip
    made = ParticipationProgram.objects.create(**facts | fields)
    step(made)
    return made


def step(program: ParticipationProgram, **fields: Any) -> ProgramStep:
    """A procedure of a program, to come in ten days."""
    facts: dict[str, Any] = {
        "kind": ProcedureKind.objects.get(code="survey"), "starts_on": timezone.localdate() + timedelta(days=10),
        "plan": "どなたでも答えられます。",
    }  # fmt: skip
    return ProgramStep.objects.create(program=program, **facts | fields)


def act(report: ParticipationReport, title: str = "公園のワークショップ", **fields: Any) -> ParticipationAct:
    """A whole line of a procedure that the department wrote."""
    facts: dict[str, Any] = {
        "kind": ProcedureKind.objects.get(code="workshop"), "starts_on": report.year.first_day, "figure": 30,
        "unit": "attendances", "how_counted": "受付の名簿", "outcome": "案に生かした。", "issue": "若い人が少ない。",
    }  # fmt: skip
    return ParticipationAct.objects.create(report=report, title=title, **facts | fields)


def collaboration(report: ParticipationReport, title: str = "川の掃除", **fields: Any) -> CollaborationEntry:
    """A whole line of a collaboration."""
    facts: dict[str, Any] = {
        "method": "cohost", "partner": "見本の会", "amount": 50_000, "result": "きれいになった。", "issue": "続けること。",
    }  # fmt: skip
    return CollaborationEntry.objects.create(report=report, title=title, **facts | fields)


def write_whole(report: ParticipationReport) -> ParticipationReport:
    """Complete a return with what it lacks: outcomes of known lines, one line of its own of each part."""
    report.acts.update(outcome="意見を案に生かした。", issue="知らせ方。")
    act(report)
    collaboration(report)
    return report


def submitted(report: ParticipationReport) -> ParticipationReport:
    """A return that was written and handed in."""
    actions.submit_report(report=write_whole(report), by=None)
    return report


def confirm_all(year: ParticipationYear) -> ParticipationYear:
    """A year whose returns are all confirmed; who wrote nothing says 該当なし."""
    for report in year.reports.in_order():
        if report.is_open:
            if report.acts.exists():
                write_whole(report)
            else:
                ParticipationReport.objects.filter(pk=report.pk).update(has_no_acts=True, has_no_collaborations=True)
            actions.submit_report(report=report, by=None)
        actions.confirm_report(report=report, by=None)
    return year


def published(year: ParticipationYear | None = None, **fields: Any) -> ParticipationEdition:
    """The report of a year, published."""
    return actions.publish_edition(year=confirm_all(year or requested()), by=None, **fields)
