"""Escalation (上申) of answers that are long overdue: to the head of the department, then to the secretariat, once each."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Recipients, Role, User, enqueue_work_mail, to_people
from apps.consultations.models.answers.assignment import Assignment, AssignmentQuerySet
from apps.consultations.models.answers.assignment_emails import escalation_email

HEAD, SECRETARIAT = "head", "secretariat"


@transaction.atomic
def escalate() -> int:
    """Enqueue the letters that are due, one for each department and recipient. Return how many. Idempotent."""
    written = 0
    for rows in _by_department(Assignment.objects.to_tell_head()):
        written += _tell(rows, HEAD, Recipients([("head", rows[0].department.head_email)]))
    secretariat = to_people(list(User.objects.holding(Role.SECRETARIAT)))
    for rows in _by_department(Assignment.objects.to_tell_secretariat()):
        written += _tell(rows, SECRETARIAT, secretariat)
    return written


def _by_department(due: AssignmentQuerySet) -> Iterable[list[Assignment]]:
    """Yield the rows of each department, locked so that a second run does not tell of them again."""
    groups: dict[int, list[Assignment]] = {}
    for row in due.by_due_day().select_for_update(of=("self",), skip_locked=True):
        groups.setdefault(row.department_id, []).append(row)
    return groups.values()


def _tell(rows: list[Assignment], who: str, recipients: Recipients) -> int:
    """Enqueue one letter about these rows to each recipient, and note that they were told of. Return how many."""
    letter = escalation_email(rows, f"escalation-{who}", timezone.localdate())
    if recipients.people or recipients.readers:
        Assignment.objects.note_told(rows, who)
    facts = {"subject": letter.subject, "body": letter.body, "path": letter.path}
    return enqueue_work_mail(recipients, key_of=letter.key, **facts)
