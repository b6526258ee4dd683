"""What the portal already knows of a department's year: its themes, public comments, surveys and meetings, with their figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import Department, Posting
from apps.consultations.models import Consultation
from apps.meetings.models import Organ
from apps.participation.models import ParticipationReport, ParticipationYear, Source, Unit
from apps.public_comments.models import Case
from apps.surveys.models import Survey


@dataclass(frozen=True)
class Known:
    """A procedure that the portal holds. figure: None where the portal was not told."""

    source: str
    key: str
    path: str
    kind: str
    title: str
    times: int | None
    starts_on: date
    ends_on: date
    figure: int | None
    unit: str
    how_counted: str


def departments_of(year: ParticipationYear) -> list[Department]:
    """Return the departments that are asked for a year: those of today, and those of that year that are gone.

    Gone is a department that is active no more, but in which somebody was posted in the year, or that reported the year
    before, or of which the portal knows a procedure of the year.
    """
    gone = list(Department.objects.filter(is_active=False).order_by("order", "code"))
    posted = set(Posting.objects.within(year.first_day, year.last_day).values_list("department", flat=True))
    former = set(ParticipationReport.objects.filter(year__year=year.year - 1).values_list("department", flat=True))
    there = posted | former
    asked = [row for row in gone if row.pk in there or _knows_anything(year, row)]
    return [*Department.objects.filter(is_active=True).order_by("order", "code"), *asked]


def _knows_anything(year: ParticipationYear, department: Department) -> bool:
    """Return whether the portal holds a procedure of a department that ended in a year."""
    report = ParticipationReport(year=year, department=department, department_name=department.name)
    return bool(known_acts(report))


def known_acts(report: ParticipationReport) -> list[Known]:
    """Return the procedures of the report's department that ended in its year, in the order of their first days."""
    found = [*_themes(report), *_cases(report), *_surveys(report), *_meetings(report)]
    return sorted(found, key=lambda known: (known.starts_on, known.source, known.key))


def _themes(report: ParticipationReport) -> Iterator[Known]:
    """Yield the themes whose last day lies in the year and has passed."""
    rows: Any = Consultation.objects.public().filter(department=report.department).order_by("pk").with_counts()
    for theme in rows:
        last = timezone.localdate(theme.closes_at - timedelta(microseconds=1))
        if report.year.first_day <= last <= report.year.last_day and last < timezone.localdate():
            yield Known(
                Source.CONSULTATION, theme.slug, theme.get_absolute_url(), "consultation", theme.title, None,
                timezone.localdate(theme.opens_at), last, theme.proposal_count, Unit.ITEMS, "公開している意見の数",
            )  # fmt: skip


def _cases(report: ParticipationReport) -> Iterator[Known]:
    """Yield the public comments whose last day lies in the year and has passed; their letters are those that count."""
    year = report.year
    rows = Case.objects.public().filter(department=report.department, closes_on__range=(year.first_day, year.last_day))
    for case in rows.filter(closes_on__lt=timezone.localdate()).order_by("opens_on", "pk"):
        yield Known(
            Source.CASE, case.slug, case.get_absolute_url(), "public-comment", case.title, None, case.opens_on,
            case.closes_on, case.opinions.accepted().count(), Unit.LETTERS, "受け付けた意見の通数",
        )  # fmt: skip


def _surveys(report: ParticipationReport) -> Iterator[Known]:
    """Yield the surveys whose last day lies in the year and has passed; each person answers once, so these are people."""
    year = report.year
    rows = Survey.objects.public().filter(
        department=report.department, closes_on__range=(year.first_day, year.last_day)
    )
    for survey in rows.filter(closes_on__lt=timezone.localdate()).order_by("opens_on", "pk"):
        yield Known(
            Source.SURVEY, survey.slug, survey.get_absolute_url(), "survey", survey.title, None, survey.opens_on,
            survey.closes_on, survey.responses.count(), Unit.PEOPLE, "回答した人の数（確認の済んだ紙の回答を含む）",
        )  # fmt: skip


def _meetings(report: ParticipationReport) -> Iterator[Known]:
    """Yield the bodies that met in the year; listeners are added where each meeting that was open says how many came."""
    for organ in Organ.objects.public().filter(department=report.department).order_by("pk"):
        rows = organ.meetings.public().filter(outcome="").in_fiscal_year(report.year.year).past()
        meetings = list(rows.prefetch_related("items").in_order())
        if not meetings:
            continue
        counts = [meeting.listeners for meeting in meetings if meeting.openness != "closed"]
        known = [count for count in counts if count is not None]
        figure = sum(known) if counts and len(known) == len(counts) else None
        yield Known(
            Source.ORGAN, organ.slug, organ.get_absolute_url(), "council", organ.name, len(meetings), meetings[0].day,
            meetings[-1].day, figure, Unit.ATTENDANCES if figure is not None else "",
            "傍聴した人の数の合計" if figure is not None else "傍聴した人の数の記録がない会議があります",
        )  # fmt: skip
