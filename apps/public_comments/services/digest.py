"""What the weekly digest says of public comments: it is named in `settings.DIGEST_SOURCES`."""

from datetime import datetime

from django.utils.translation import gettext as _

from apps.core.date_formats import wareki
from apps.public_comments.models import Case

MOST = 10


def news_between(starts: datetime, ends: datetime) -> list[tuple[str, str]]:
    """Return (sentence, URL path) of the cases that were announced, and of the results published, in this time."""
    cases = Case.objects.public().for_lists()
    announced = cases.filter(announced_at__gte=starts, announced_at__lt=ends)[:MOST]
    answered = cases.filter(answered_at__gte=starts, answered_at__lt=ends)[:MOST]
    words = _("パブリック・コメント「%(title)s」：意見の募集 %(opens)s〜%(closes)s")
    days = [(case, {"opens": wareki(case.opens_on), "closes": wareki(case.closes_on)}) for case in announced]
    return [
        *((words % {"title": case.title, **shown}, case.get_absolute_url()) for case, shown in days),
        *(
            (
                _("パブリック・コメント「%(title)s」：意見と市の考え方を公表しました") % {"title": case.title},
                case.get_absolute_url(),
            )
            for case in answered
        ),
    ]
