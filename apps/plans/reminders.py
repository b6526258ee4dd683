"""Reminders by the city's own calendar: to the person who writes a sheet, else to whoever reaches the department."""

from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Recipients, recipients_of
from apps.operations.models import Outbox
from apps.plans.models import PlanSheet, StageDeadline

SOON = 7  # days before the last day
AGAIN = 7  # days between letters about a sheet that is late


def occasion(due_on: date, today: date) -> str:
    """Which letter is due today: 「soon」 once, then 「late-1」, 「late-2」 … a week apart; "" when none is."""
    left = (due_on - today).days
    if left > SOON:
        return ""
    return "soon" if left >= 0 else f"late-{(-left - 1) // AGAIN + 1}"


def address_of(sheet: PlanSheet) -> str:
    """The writer's own address while the person is in service, else the first department's that has one."""
    if sheet.writer and sheet.writer.is_staff and sheet.writer.email:
        return str(sheet.writer.email)
    return next((e.department.email for e in sheet.plan.plan_departments.all() if e.department.email), "")


def recipients_for(sheet: PlanSheet) -> Recipients:
    """That address; without one the people of the first department that has any, else the secretariat."""
    address = address_of(sheet)
    if address:
        return Recipients([("first", address)])
    found = [recipients_of(entry.department) for entry in sheet.plan.plan_departments.all()]
    return next((one for one in found if not one.is_secretariat), found[0] if found else Recipients([]))


def remind() -> int:
    """Letters for every sheet that is due soon or late, each once (the outbox's key); how many sheets that were."""
    today, reminded = timezone.localdate(), 0
    dates: dict[int, dict[str, date]] = {}
    for sheet in PlanSheet.objects.in_stage().for_page():
        days = dates.setdefault(sheet.year, StageDeadline.objects.of_year(sheet.year))
        due_on = days.get(sheet.state)
        when = occasion(due_on, today) if due_on else ""
        reached = recipients_for(sheet) if due_on and when else Recipients([])
        if due_on and reached.people:
            _write(sheet, due_on, when, reached)
            reminded += 1
    return reminded


def _write(sheet: PlanSheet, due_on: date, when: str, reached: Recipients) -> None:
    address = f"{settings.SITE_URL}{reverse('admin:plans_plansheet_change', args=[sheet.pk])}"
    about = {
        "sheet": sheet,
        "due_on": due_on,
        "is_late": when != "soon",
        "address": address,
        "is_for_secretariat": reached.is_secretariat,
    }
    key = f"plan-reminder:{sheet.pk}:{sheet.state}:{due_on}:{when}"
    for number, (name, to) in enumerate(reached.people):
        Outbox.objects.enqueue(
            key=f"{key}:{name}" if number else key,
            to=to,
            subject=render_to_string("plans/email/reminder_subject.txt", about).strip(),
            body=render_to_string("plans/email/reminder_message.txt", about).strip(),
        )
