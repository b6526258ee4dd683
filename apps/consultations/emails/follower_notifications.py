"""What followers of a consultation are told: a moved date, the city's answer, that it closes soon. Each once."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.consultations.models.answers.consultation_answer import AnswerChange
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.follow import Follow
from apps.consultations.models.schedule import ScheduleChange
from apps.core.date_formats import closing
from apps.operations.models import Notification

LATE = timedelta(days=30)  # how long after the act a sweep still tells of it, should none have run
LAST_DAYS = timedelta(days=3)


def tell_of_schedule_changes() -> int:
    """Followers hear of every moved date; how many were told."""
    since = timezone.now() - LATE
    changes = ScheduleChange.objects.filter(changed_at__gte=since, consultation__in=Consultation.objects.public())
    return sum(
        _tell(
            change.consultation,
            kind="rescheduled",
            key=str(change.pk),
            title=_("「%(title)s」の%(what)sが変わりました"),
            what=change.get_what_display(),
            since=change.changed_at,
        )
        for change in changes.select_related("consultation")
    )


def tell_of_answers() -> int:
    """Followers hear of the city's answer, and of each correction; how many were told."""
    return sum(
        _tell(
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
def tell_of_closings() -> int:
    """Followers hear that a consultation closes within three days, once for each closing time; how many were told."""
    soon = Consultation.objects.public().open().filter(closes_at__lte=timezone.now() + LAST_DAYS)
    told = 0
    for row in soon:
        moment = timezone.localtime(row.closes_at)
        key, when = f"{row.pk}:{moment:%Y%m%d%H%M}", closing(row.closes_at)
        title = _("「%(title)s」の受付は%(what)sまでです")
        told += _tell(row, kind="closing", key=key, title=title, what=when, since=timezone.now())
    return told


def _tell(consultation: Consultation, *, kind: str, key: str, title: str, since: Any, what: Any = "") -> int:
    """Tell those who followed when it happened."""
    followers = Follow.objects.filter(consultation=consultation, created_at__lte=since)
    return Notification.objects.notify_once(
        followers.values_list("user_id", flat=True),
        kind=kind,
        key=key,
        title=title % {"title": consultation.title, "what": what},
        url=consultation.get_absolute_url(),
    )
