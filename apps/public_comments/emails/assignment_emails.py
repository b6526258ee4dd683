"""E-mails to departments that shall write views: when they are asked, and when the day comes near or has passed."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Department
from apps.consultations.models.answers.assignment_emails import ReminderEmail, enqueue_email
from apps.core.date_formats import wareki
from apps.public_comments.models import Case, ViewAssignment

SOON = timedelta(days=3)
Group = list[ViewAssignment]


def email_asked(rows: Iterable[ViewAssignment]) -> int:
    """Enqueue an e-mail to each department about all that it is newly asked for. Return how many are new."""
    words = _("市の考え方を書く担当になりました")
    return sum(_enqueue(group, f"asked-{max(row.pk for row in group)}-{group[0].due_on:%Y%m%d}", words)
               for group in _groups(rows))  # fmt: skip


def write_due() -> int:
    """Enqueue every reminder of a due view that is not written yet. Return how many are new."""
    today = timezone.localdate()
    rows = ViewAssignment.objects.waiting().filter(due_on__lte=today + SOON).for_lists()
    count = 0
    for group in _groups(rows):
        is_late = group[0].due_on < today
        words = _("市の考え方の期限を過ぎています") if is_late else _("市の考え方の期限が近づいています")
        count += _enqueue(group, f"{'late' if is_late else 'soon'}-{group[0].due_on:%Y%m%d}", words)
    return count


def _groups(rows: Iterable[ViewAssignment]) -> list[Group]:
    """Return the rows by case, department and day."""
    groups: dict[tuple[object, ...], Group] = {}
    for row in rows:
        groups.setdefault((row.view.case_id, row.department_id, row.due_on), []).append(row)
    return list(groups.values())


def _enqueue(group: Group, occasion: str, words: str) -> int:
    """Enqueue the e-mail about rows of one case, department and day. It holds no word of an opinion."""
    case: Case = group[0].view.case
    department: Department = group[0].department
    numbers = "、".join(str(row.view.number) for row in group)
    listed = f"{reverse('admin:public_comments_cityview_changelist')}?waits=own"
    lines = [
        words, "", _("案件：%(title)s") % {"title": case.title}, _("市の考え方の番号：%(numbers)s") % {"numbers": numbers},
        _("期限：%(day)s") % {"day": wareki(group[0].due_on)}, f"{settings.SITE_URL}{listed}",
    ]  # fmt: skip
    subject = _("%(words)s：%(title)s") % {"words": words, "title": case.title}
    about = f"public-comment-{case.pk}-{department.pk}"
    return enqueue_email(ReminderEmail(occasion, about, subject, "\n".join(lines)), department)
