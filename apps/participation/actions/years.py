"""Ask every department for its return of a year."""

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Department, User
from apps.operations.models import AuditEntry
from apps.participation.actions.returns import fill_in_report
from apps.participation.emails.reminders import remind_departments
from apps.participation.models import ParticipationReport, ParticipationYear


@transaction.atomic
def request_reports(*, year: ParticipationYear, by: User | None) -> int:
    """Open a return for each department of today that has none, filled in with what the portal knows. Return how many."""
    locked = ParticipationYear.objects.select_for_update().get(pk=year.pk)
    asked = set(locked.reports.values_list("department", flat=True))
    made = 0
    for department in Department.objects.filter(is_active=True).order_by("order", "code"):
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
