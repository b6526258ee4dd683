"""週1回のまとめメール: what a person is written, at most once a week, and the link that stops it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.models.base import State
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.follow import Follow
from apps.consultations.models.proposal import Proposal
from apps.operations.models import Notification, Outbox

SALT = "apps.consultations.digest"
HOUR = 8
LINES = 20


class BadToken(Exception):
    """The link of a mail was cut off or changed."""


@dataclass(frozen=True)
class Week:
    """One week of news: it ends on a Monday at 08:00 in Chofu, when the mail about it is due."""

    ends: datetime

    @classmethod
    def last(cls) -> "Week":
        """The week that ended last, so that a mail written late tells the same as one written in time."""
        now = timezone.localtime()
        monday = now.replace(hour=HOUR, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday())
        return cls(monday if monday <= now else monday - timedelta(days=7))

    @property
    def starts(self) -> datetime:
        """Where the week before ended."""
        return self.ends - timedelta(days=7)

    @property
    def name(self) -> str:
        """ISO year and week of the Monday on which the mail is due."""
        year, week, _day = self.ends.isocalendar()
        return f"{year}-{week:02}"

    def key(self, user_id: int) -> str:
        """The key under which one person's mail of this week is in the outbox: once."""
        return f"digest:{user_id}:{self.name}"


def new_proposals(week: Week) -> Any:
    """Public proposals of the week."""
    return Proposal.objects.public().filter(published_at__gte=week.starts, published_at__lt=week.ends)


def people_to_write(week: Week) -> Any:
    """People who want the mail, have news of this week, and were not written yet."""
    unmailed = Notification.objects.filter(recipient_id=OuterRef("pk")).unmailed().before(week.ends)
    followed = Follow.objects.filter(consultation=OuterRef("consultation"), user=OuterRef(OuterRef("pk")))
    foreign = Q(author=None) | ~Q(author=OuterRef("pk"))
    news = new_proposals(week).filter(foreign).filter(Exists(followed)).order_by()
    written = Outbox.objects.filter(
        key=Concat(Value("digest:"), Cast(OuterRef("pk"), models.CharField(max_length=20)), Value(f":{week.name}"))
    )
    wanting = User.objects.present().filter(wants_digest=True, email__isnull=False)
    return wanting.filter(Exists(unmailed) | Exists(news)).exclude(Exists(written)).order_by("pk")


def write_next(week: Week, *, after: int) -> int | None:
    """Write the mail of the next person after this id; their id, or None when nobody is left.

    The person's row is locked, and mail and marks are committed together: a second postman passes the locked row by,
    and a crash leaves each person either written or not.
    """
    with transaction.atomic():
        waiting = people_to_write(week).filter(pk__gt=after)
        user = waiting.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
        if user is None:
            return None
        if not Outbox.objects.filter(key=week.key(user.pk)).exists():
            _write(user, week)
        return user.pk


def _write(user: User, week: Week) -> None:
    told = Notification.objects.visible_to(user).unmailed().before(week.ends)
    pieces = [
        _told_lines(list(told[: LINES + 1]), told.count()),
        _news_lines(_news_of(user, week)),
    ]
    stop = settings.SITE_URL + stop_address(user)
    body = "\n\n".join(
        [
            _("調布市 市民参加ポータルから、この1週間のお知らせです。"),
            *(piece for piece in pieces if piece),
            _("お知らせの一覧\n%(url)s") % {"url": settings.SITE_URL + reverse("portal:notifications")},
            "--\n" + _("このまとめメールを止める（ログインは要りません）\n%(url)s") % {"url": stop},
        ]
    )
    Outbox.objects.enqueue(
        key=week.key(user.pk),
        to=user.email or "",
        subject=_("この1週間のお知らせ（調布市 市民参加ポータル）"),
        body=body,
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    told.order_by().mark_mailed()


def _told_lines(rows: list[Notification], count: int) -> str:
    """Titles and addresses only: a title names nobody."""
    if not rows:
        return ""
    lines = [f"・{row.title}\n  {settings.SITE_URL}{row.address}" for row in rows[:LINES]]
    if count > LINES:
        lines.append(_("ほか %(n)d件") % {"n": count - LINES})
    return "\n".join([_("■ 未読のお知らせ"), *lines])


def _news_of(user: User, week: Week) -> list[Any]:
    """The consultations the person follows, with how many new proposals of others each has."""
    fresh = Q(
        proposals__state=State.PUBLISHED,
        proposals__published_at__gte=week.starts,
        proposals__published_at__lt=week.ends,
    )
    foreign = Q(proposals__author=None) | ~Q(proposals__author=user.pk)
    followed = Consultation.objects.public().filter(follows__user=user)
    return list(followed.annotate(fresh=Count("proposals", filter=fresh & foreign)).filter(fresh__gt=0)[:LINES])


def _news_lines(rows: list[Any]) -> str:
    if not rows:
        return ""
    lines = [
        _("・「%(title)s」に新しい意見が%(n)d件") % {"title": row.title, "n": row.fresh}
        + f"\n  {settings.SITE_URL}{row.get_absolute_url()}"
        for row in rows
    ]
    return "\n".join([_("■ フォロー中のテーマ"), *lines])


def stop_address(user: User) -> str:
    """Where one person's weekly mail is stopped, without signing in; it does not expire."""
    return reverse("portal:stop_digest", args=[signing.dumps(user.handle, salt=SALT)])


def handle_of(token: str) -> str:
    """Whose link it is; raises BadToken for one that we did not make."""
    try:
        return signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise BadToken from error


def stop(token: str) -> None:
    """Stop the weekly mail of the link's person; nothing happens for somebody who has left."""
    User.objects.present().filter(handle=handle_of(token)).update(wants_digest=False)
