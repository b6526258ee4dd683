"""Mail to the departments that have not handed in their return: by a press of the secretariat, and by the calendar."""

from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import enqueue_work_mail, recipients_of
from apps.participation.models import ParticipationReport, ParticipationYear

SOON, LAST = 14, 3  # days before the last day
AGAIN, WEEKS = 7, 8  # days between mails about a late return; so many weeks, then people talk


def occasion(due_on: date, today: date) -> str:
    """Return which reminder is due: "soon", "last", then "late-1", "late-2" … a week apart; "" before and long after."""
    days_left = (due_on - today).days
    if days_left > SOON:
        return ""
    if days_left >= 0:
        return "soon" if days_left > LAST else "last"
    week = (-days_left - 1) // AGAIN + 1
    return f"late-{week}" if week <= WEEKS else ""


def remind_by_calendar() -> int:
    """Enqueue what the calendar asks for today. Return for how many returns. Idempotent by the outbox's key."""
    reminded = 0
    for year in ParticipationYear.objects.asked().order_by("year"):
        when = occasion(year.due_on, timezone.localdate())
        if when:
            reports = year.reports.not_handed_in().in_order()
            reminded += sum(_enqueue(report, f"{year.due_on}:{when}") for report in reports)
    return reminded


def remind_departments(year: ParticipationYear) -> int:
    """Enqueue a mail to each department whose return is open. Return how many; the same day again is the same mail."""
    reminded = 0
    for report in year.reports.not_handed_in().in_order():
        if _enqueue(report, str(timezone.localdate())):
            reminded += 1
    return reminded


def _enqueue(report: ParticipationReport, when: str) -> bool:
    """Enqueue the mail of one department, once for each occasion; return whether there is anybody to send it to."""
    recipients = recipients_of(report.department)
    path = reverse("admin:participation_participationreport_change", args=[report.pk])
    context = {
        "report": report, "url": f"{settings.SITE_URL}{path}", "is_for_secretariat": recipients.is_secretariat,
    }  # fmt: skip
    enqueue_work_mail(
        recipients,
        key_of=lambda name: f"participation:{report.pk}:{when}:{name}",
        subject=render_to_string("participation/email/reminder_subject.txt", context).strip(),
        body=render_to_string("participation/email/reminder_message.txt", context).strip(),
        path=path,
    )
    return bool(recipients.people)
