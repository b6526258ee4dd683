"""Mail to the departments that have not handed in their return."""

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import recipients_of
from apps.operations.models import Outbox
from apps.participation.models import ParticipationReport, ParticipationYear


def remind_departments(year: ParticipationYear) -> int:
    """Enqueue a mail to each department whose return is open. Return how many; the same day again is the same mail."""
    reminded = 0
    for report in year.reports.not_handed_in().in_order():
        if _enqueue(report):
            reminded += 1
    return reminded


def _enqueue(report: ParticipationReport) -> bool:
    """Enqueue the mail of one department; return whether there is anybody to send it to."""
    recipients = recipients_of(report.department)
    url = f"{settings.SITE_URL}{reverse('admin:participation_participationreport_change', args=[report.pk])}"
    context = {"report": report, "url": url, "is_for_secretariat": recipients.is_secretariat}
    for name, to in recipients.people:
        Outbox.objects.enqueue(
            key=f"participation:{report.pk}:{timezone.localdate()}:{name}",
            to=to,
            subject=render_to_string("participation/email/reminder_subject.txt", context).strip(),
            body=render_to_string("participation/email/reminder_message.txt", context).strip(),
        )
    return bool(recipients.people)
