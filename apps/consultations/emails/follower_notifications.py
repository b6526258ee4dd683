"""Notify followers of a consultation of a moved date, an answer, a near closing; each once."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.consultations.models.answers.consultation_answer import AnswerChange
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.follow import Follow
from apps.consultations.models.schedule import ScheduleChange
from apps.core.date_formats import closing
from apps.operations.models import Notification

LATE = timedelta(days=30)  # how long after the event it is still notified, should no sweep have run
LAST_DAYS = timedelta(days=3)


def notify_of_schedule_changes() -> int:
    """Notify followers of every moved date. Return how many."""
    since = timezone.now() - LATE
    changes = ScheduleChange.objects.filter(changed_at__gte=since, consultation__in=Consultation.objects.public())
    return sum(
        _notify(
            change.consultation,
            kind="rescheduled",
            key=str(change.pk),
            title=_("「%(title)s」の%(what)sが変わりました"),
            what=change.get_what_display(),
            since=change.changed_at,
        )
        for change in changes.select_related("consultation")
    )


def notify_of_answers() -> int:
    """Notify followers of the city's answer and of each correction. Return how many."""
    return sum(
        _notify(
            change.consultation,
            kind="answered",
            key=change.news_key,
            title=_("「%(title)s」に市が回答しました")
            if change.is_first
            else _("「%(title)s」への市の回答が変わりました"),
            since=change.published_at,
        )
        for change in AnswerChange.objects.since(timezone.now() - LATE)
    )


@transaction.atomic
def notify_of_closings() -> int:
    """Notify followers that a consultation closes within LAST_DAYS, once per closing time. Return how many."""
    soon = Consultation.objects.public().open().filter(closes_at__lte=timezone.now() + LAST_DAYS)
    count = 0
    for row in soon:
        moment = timezone.localtime(row.closes_at)
        key, when = f"{row.pk}:{moment:%Y%m%d%H%M}", closing(row.closes_at)
        title = _("「%(title)s」の受付は%(what)sまでです")
        count += _notify(row, kind="closing", key=key, title=title, what=when, since=timezone.now())
    return count


def _notify(consultation: Consultation, *, kind: str, key: str, title: str, since: datetime, what: str = "") -> int:
    """Notify those who followed when it happened. Return how many."""
    followers = Follow.objects.filter(consultation=consultation, created_at__lte=since)
    return Notification.objects.notify_once(
        followers.values_list("user_id", flat=True),
        kind=kind,
        key=key,
        title=title % {"title": consultation.title, "what": what},
        url=consultation.get_absolute_url(),
    )
