"""Reminders (催促) of due answers. Derived from the database, so that nothing is lost while no worker runs; each is sent once."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Department, User
from apps.consultations.models.answers.assignment import Assignment
from apps.consultations.models.answers.assignment_emails import ReminderEmail, assignment_email, enqueue_email
from apps.consultations.models.consultation import Consultation
from apps.core.date_formats import wareki

SOON = timedelta(days=3)
PROMISED_SOON = timedelta(days=14)
Due = tuple[ReminderEmail, Department, User | None]


def write_due() -> int:
    """Enqueue every reminder that is due and not written yet. Return how many are new."""
    return sum(enqueue_email(*due) for due in [*_of_assignments(), *_of_promises()])


def _of_assignments() -> Iterator[Due]:
    today = timezone.localdate()
    rows = Assignment.objects.unanswered().due_until(today + SOON).by_due_day()
    for row in rows.prefetch_related("person__postings"):
        late = row.due_on < today
        occasion, words = ("late", _("回答期限を過ぎています")) if late else ("soon", _("回答期限が近づいています"))
        yield assignment_email(row, f"{occasion}-{row.due_on:%Y%m%d}", words), row.department, row.person


def _of_promises() -> Iterator[Due]:
    today = timezone.localdate()
    for row in Consultation.objects.awaiting_answer(until=today + PROMISED_SOON):
        late = row.is_late
        words = _("回答予定日を過ぎています") if late else _("回答予定日が近づいています")
        occasion = f"{'promise-late' if late else 'promise-soon'}-{row.reply_due_on:%Y%m%d}"
        lines = [
            _("テーマ：%(title)s") % {"title": row.title},
            _("回答予定日：%(day)s") % {"day": wareki(row.reply_due_on)},
            _("予定日までに回答できないときは、理由と新しい日を管理画面から公開してください。"),
            f"{settings.SITE_URL}{row.get_absolute_url()}",
        ]
        subject = _("%(words)s：%(title)s") % {"words": words, "title": row.title}
        yield (
            ReminderEmail(
                occasion, f"consultation-{row.pk}", subject, "\n".join([words, "", *lines]), row.get_absolute_url()
            ),
            row.department,
            None,
        )
