"""New voices of yesterday (新しい意見), told to the staff of the consultation's department: one notice a day and consultation."""

from datetime import date, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import enqueue_work_mail, to_staff_of
from apps.consultations.models.answers.assignment_emails import ReminderEmail
from apps.consultations.models.consultation import Consultation

HOUR = 7  # local time, before the mail of the day goes out


def tell_of_yesterday() -> int:
    """Enqueue what to say of yesterday's new proposals. Return how many mails are new. Idempotent."""
    now = timezone.localtime()
    if now.hour < HOUR:
        return 0
    yesterday = now.date() - timedelta(days=1)
    return sum(_tell(theme, yesterday) for theme in Consultation.objects.with_voices_of(yesterday))


def _tell(theme: Consultation, day: date) -> int:
    words = _("「%(title)s」に新しい意見が%(n)d件届きました") % {"title": theme.title, "n": theme.new_count}
    listed = f"{reverse('admin:consultations_proposal_changelist')}?theme={theme.slug}&since={day}&until={day}"
    body = "\n".join([words, "", f"{settings.SITE_URL}{listed}"])
    email = ReminderEmail(f"new-voices-{day:%Y%m%d}", f"consultation-{theme.pk}", words, body, listed)
    recipients = to_staff_of(theme.department)
    return enqueue_work_mail(recipients, key_of=email.key, subject=words, body=body, path=listed)
