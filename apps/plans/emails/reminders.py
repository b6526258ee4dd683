"""Reminders by the city's own calendar: to the person who writes a sheet, else to whoever reaches the department."""

from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Recipients, enqueue_work_mail, recipients_of
from apps.plans.models import PlanSheet, StageDeadline

SOON = 7  # days before the last day
AGAIN = 7  # days between e-mails about a sheet that is late


def occasion(due_on: date, today: date) -> str:
    """Return which reminder is due: "soon" once, then "late-1", "late-2" … a week apart; "" before that."""
    days_left = (due_on - today).days
    if days_left > SOON:
        return ""
    return "soon" if days_left >= 0 else f"late-{(-days_left - 1) // AGAIN + 1}"


def email_for(sheet: PlanSheet) -> str:
    """Return the writer's e-mail while the person is in service, else that of the first department that has one; or ""."""
    if sheet.writer and sheet.writer.is_staff and sheet.writer.email:
        return str(sheet.writer.email)
    return next((e.department.email for e in sheet.plan.plan_departments.all() if e.department.email), "")


def recipients_for(sheet: PlanSheet) -> Recipients:
    """Return that e-mail; without one the people of the first department that has any, else the secretariat."""
    email, writer = email_for(sheet), sheet.writer
    if email and writer and email == writer.email:
        return Recipients([("first", email)], users={"first": writer}, readers=[writer.pk])
    if email:
        return Recipients([("first", email)])
    all_recipients = [recipients_of(entry.department) for entry in sheet.plan.plan_departments.all()]
    of_departments = [recipients for recipients in all_recipients if not recipients.is_secretariat]
    return next(iter(of_departments or all_recipients), Recipients([]))


def remind() -> int:
    """Enqueue an e-mail for every sheet that is due soon or late; return how many sheets. Idempotent by the outbox's key."""
    today, reminded = timezone.localdate(), 0
    deadlines: dict[int, dict[str, date]] = {}
    for sheet in PlanSheet.objects.to_write().for_page():
        days = deadlines.setdefault(sheet.year, StageDeadline.objects.of_year(sheet.year))
        due_on = days.get(sheet.state)
        when = occasion(due_on, today) if due_on else ""
        recipients = recipients_for(sheet) if due_on and when else Recipients([])
        if due_on and recipients.people:
            _enqueue(sheet, due_on, when, recipients)
            reminded += 1
    return reminded


def _enqueue(sheet: PlanSheet, due_on: date, when: str, recipients: Recipients) -> None:
    path = reverse("admin:plans_plansheet_change", args=[sheet.pk])
    context = {
        "sheet": sheet,
        "due_on": due_on,
        "is_late": when != "soon",
        "url": f"{settings.SITE_URL}{path}",
        "is_for_secretariat": recipients.is_secretariat,
    }
    key = f"plan-reminder:{sheet.pk}:{sheet.state}:{due_on}:{when}"
    first = recipients.people[0][0]
    enqueue_work_mail(
        recipients,
        key_of=lambda name: key if name == first else f"{key}:{name}",
        subject=render_to_string("plans/email/reminder_subject.txt", context).strip(),
        body=render_to_string("plans/email/reminder_message.txt", context).strip(),
        path=path,
    )
