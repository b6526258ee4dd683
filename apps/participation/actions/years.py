"""Ask every department for its return of a year."""

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.operations.models import AuditEntry
from apps.participation.actions.returns import fill_in_report
from apps.participation.emails.reminders import remind_departments
from apps.participation.models import ParticipationReport, ParticipationYear
from apps.participation.services.known import departments_of


@transaction.atomic
def request_reports(*, year: ParticipationYear, by: User | None) -> int:
    """Open a return for each department that has none and was there in the year, filled in with what the portal knows.

    Those that were merged or dissolved since are asked too: the secretariat writes for them, or whoever took over is posted
    there. Return how many were opened.
    """
    locked = ParticipationYear.objects.select_for_update().get(pk=year.pk)
    asked = set(locked.reports.values_list("department", flat=True))
    made = 0
    for department in departments_of(locked):
        if department.pk in asked:
            continue
        report = ParticipationReport.objects.create(year=locked, department=department, department_name=department.name)
        fill_in_report(report=report, by=by)
        made += 1
    if made:
        locked.requested_at = locked.requested_at or timezone.now()
        locked.save(update_fields=["requested_at", "updated_at"])
        AuditEntry.record("request_reports", locked, by=by, count=made)
    year.refresh_from_db()
    return made


@transaction.atomic
def remind_reports(*, year: ParticipationYear, by: User | None) -> int:
    """Mail the departments that have not handed in. Return how many."""
    reminded = remind_departments(year)
    if reminded:
        AuditEntry.record("remind_reports", year, by=by, count=reminded)
    return reminded
