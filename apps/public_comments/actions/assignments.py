"""Ask departments for views by a day, take that back, and say that a department is done."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Department, User
from apps.operations.models import AuditEntry
from apps.public_comments.actions.points import begin_work
from apps.public_comments.emails.assignment_emails import email_asked
from apps.public_comments.models import ActionRefused, Case, CityView, ViewAssignment


@transaction.atomic
def assign_views(
    *, case: Case, views: Iterable[CityView], departments: Iterable[Department], due_on: date, by: User | None
) -> int:
    """Ask each department for each view until a day; asked again, the day moves and the view is open again.

    Each department gets one e-mail about all that is new to it. Return how many were asked or moved. Raise ActionRefused for
    a past day and for a view of another case.
    """
    case = begin_work(case)
    if due_on < timezone.localdate():
        raise ActionRefused(_("期限は、今日以後の日にしてください。"))
    asked = []
    for view in views:
        if view.case_id != case.pk:
            raise ActionRefused(_("別の案件の市の考え方は選べません。"))
        for department in departments:
            row = ViewAssignment.objects.filter(view=view, department=department).first()
            if row and (row.due_on, row.done_at) == (due_on, None):
                continue
            row, _is_new = ViewAssignment.objects.update_or_create(
                view=view, department=department, defaults={"due_on": due_on, "done_at": None}
            )
            AuditEntry.record("assign_view", view, by=by, department=department.code, due_on=due_on.isoformat())
            asked.append(row)
    email_asked(asked)
    return len(asked)


@transaction.atomic
def unassign_view(*, assignment: ViewAssignment, by: User | None) -> None:
    """Take an assignment back."""
    begin_work(assignment.view.case)
    AuditEntry.record("unassign_view", assignment.view, by=by, department=assignment.department.code)
    assignment.delete()


@transaction.atomic
def finish_view(*, view: CityView, departments: set[int], by: User | None) -> int:
    """Say that these departments are done with a view. Return of how many that was open.

    Raise ActionRefused while the view has no kind or no words.
    """
    begin_work(view.case)
    locked = CityView.objects.select_for_update(of=("self",)).get(pk=view.pk)
    if not locked.text or locked.kind_id is None:
        raise ActionRefused(_("反映区分と市の考え方を書いて保存してから、押してください。"))
    waiting = ViewAssignment.objects.waiting().filter(view=locked, department__in=departments)
    count = waiting.update(done_at=timezone.now())
    AuditEntry.record("finish_view", locked, by=by, departments=count)
    return count
