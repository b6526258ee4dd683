"""The due days of a department as calendar events: for a calendar program, by an unguessable URL (.ics)."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Department
from apps.consultations.models import Assignment, Consultation
from apps.core.calendar_file import Event
from apps.participation.models import ParticipationReport
from apps.plans.models import PlanSheet
from apps.public_comments.models import Case
from apps.surveys.models import Survey

PAST = timedelta(days=90)  # what is longer overdue stays on the first page, not in a calendar
MOST = 500  # of each kind


def events_of(department: Department) -> list[Event]:
    """Return what the department still has to do by a day. Numbers and the city's own titles only, no resident's words."""
    since = timezone.localdate() - PAST
    events = [*_answers(department, since), *_procedures(department, since), *_papers(department, since)]
    return sorted(events, key=lambda event: (str(event.starts), event.uid))


def _answers(department: Department, since: date) -> Iterator[Event]:
    rows = Assignment.objects.of_departments({department.pk}).to_answer().due_since(since).by_due_day()
    for row in rows[:MOST]:
        path = reverse("admin:consultations_assignment_change", args=[row.pk])
        yield Event(f"assignment-{row.pk}", _("回答期限：%(code)s") % {"code": row.target.code}, row.due_on, path)
    themes = Consultation.objects.of_departments({department.pk}).unanswered()
    for theme in themes.order_by("reply_due_on", "pk")[:MOST]:
        path, title = theme.get_absolute_url(), {"title": theme.title}
        if theme.reply_due_on and theme.reply_due_on >= since:
            yield Event(f"reply-{theme.pk}", _("市の回答予定日：%(title)s") % title, theme.reply_due_on, path)
        if timezone.localdate(theme.closes_at) >= since:
            yield Event(f"closing-{theme.pk}", _("受付終了：%(title)s") % title, theme.closes_at, path)


def _procedures(department: Department, since: date) -> Iterator[Event]:
    for case in Case.objects.of_departments({department.pk}).taking_opinions()[:MOST]:
        words = _("意見の募集の最終日：%(title)s") % {"title": case.title}
        yield Event(f"case-{case.pk}", words, case.closes_on, case.get_absolute_url())
    for case in Case.objects.of_departments({department.pk}).awaiting_result()[:MOST]:
        if case.result_due_on and case.result_due_on >= since:
            words = _("結果の公表の予定日：%(title)s") % {"title": case.title}
            yield Event(f"case-result-{case.pk}", words, case.result_due_on, case.get_absolute_url())
    for survey in Survey.objects.of_departments({department.pk}).taking_answers()[:MOST]:
        words = _("アンケートの最終日：%(title)s") % {"title": survey.title}
        yield Event(f"survey-{survey.pk}", words, survey.closes_on, survey.get_absolute_url())


def _papers(department: Department, since: date) -> Iterator[Event]:
    for sheet in PlanSheet.objects.of_departments({department.pk}).to_write().with_due().for_tree()[:MOST]:
        if sheet.due_on and sheet.due_on >= since:
            words = _("PDCAシート プラン%(number)s「%(stage)s」の記入期限")
            path = reverse("admin:plans_plansheet_change", args=[sheet.pk])
            facts = {"number": sheet.number, "stage": sheet.get_state_display()}
            yield Event(f"sheet-{sheet.pk}-{sheet.state}", words % facts, sheet.due_on, path)
    for report in ParticipationReport.objects.of_departments({department.pk}).not_handed_in().in_order():
        if report.year.due_on >= since:
            path = reverse("admin:participation_participationreport_change", args=[report.pk])
            words = _("市民参加・協働の調査票の提出の期限：%(year)s") % {"year": report.year}
            yield Event(f"return-{report.pk}", words, report.year.due_on, path)
