"""Weekly digest (週1回のまとめメール): at most once a week per person, with a link to unsubscribe."""

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
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.models.user import UserQuerySet
from apps.consultations.models.base import State
from apps.consultations.models.consultation import Consultation
from apps.consultations.models.follow import Follow
from apps.consultations.models.proposal import Proposal
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.operations.models import Notification, Outbox

SALT = "apps.consultations.digest"
HOUR = 8
LINES = 20


class BadToken(Exception):
    """The token of an unsubscribe link is cut off or forged."""


@dataclass(frozen=True)
class Week:
    """One week of news. It ends on Monday at HOUR, when its digest is due."""

    ends: datetime

    @classmethod
    def last(cls) -> "Week":
        """Return the week that ended last, so that a late digest holds the same as one in time."""
        now = timezone.localtime()
        monday = now.replace(hour=HOUR, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday())
        return cls(monday if monday <= now else monday - timedelta(days=7))

    @property
    def starts(self) -> datetime:
        """Return when the week before ended."""
        return self.ends - timedelta(days=7)

    @property
    def name(self) -> str:
        """Return ISO year and week of the Monday on which the digest is due."""
        year, week, _day = self.ends.isocalendar()
        return f"{year}-{week:02}"

    def key(self, user_id: int) -> str:
        """Return the outbox key of one person's digest of this week."""
        return f"digest:{user_id}:{self.name}"


def new_proposals(week: Week) -> ProposalQuerySet:
    """Return the public proposals of the week."""
    return Proposal.objects.public().filter(published_at__gte=week.starts, published_at__lt=week.ends)


def people_to_write(week: Week) -> UserQuerySet:
    """Return users who want the digest, have news of this week, and were not written to yet; all when the city has news."""
    unmailed = Notification.objects.filter(recipient_id=OuterRef("pk")).unmailed().before(week.ends)
    followed = Follow.objects.filter(consultation=OuterRef("consultation"), user=OuterRef(OuterRef("pk")))
    foreign = Q(author=None) | ~Q(author=OuterRef("pk"))
    news = new_proposals(week).filter(foreign).filter(Exists(followed)).order_by()
    written = Outbox.objects.filter(
        key=Concat(Value("digest:"), Cast(OuterRef("pk"), models.CharField(max_length=20)), Value(f":{week.name}"))
    )
    wanting: UserQuerySet = User.objects.present().filter(wants_digest=True, email__isnull=False)
    if not city_news(week):
        wanting = wanting.filter(Exists(unmailed) | Exists(news))
    return wanting.exclude(Exists(written)).order_by("pk")


def city_news(week: Week) -> list[tuple[str, str]]:
    """Return (sentence, URL path) of what the city announced to everybody in the week; upper apps know it."""
    sources = [import_string(name) for name in settings.DIGEST_SOURCES]
    return [line for source in sources for line in source(week.starts, week.ends)]


def write_next(week: Week, *, after: int) -> int | None:
    """Enqueue the digest of the next person after this pk. Return their pk, or None when nobody is left.

    The person's row is locked (skip locked), and e-mail and marks commit together, so that workers may run in parallel.
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
    notifications = Notification.objects.visible_to(user).unmailed().before(week.ends)
    pieces = [
        _notification_lines(list(notifications[: LINES + 1]), notifications.count()),
        _news_lines(_news_of(user, week)),
        _city_lines(city_news(week)),
    ]
    stop = settings.SITE_URL + stop_url(user)
    body = "\n\n".join(
        [
            _("調布市 市民参加ポータルから、この1週間のお知らせです。"),
            *(piece for piece in pieces if piece),
            _("お知らせの一覧\n%(url)s") % {"url": settings.SITE_URL + reverse("portal:notifications")},
            _("このまとめメールを止める（ログインは要りません）\n%(url)s") % {"url": stop},
        ]
    )
    Outbox.objects.enqueue(
        key=week.key(user.pk),
        to=user.email or "",
        subject=_("この1週間のお知らせ（調布市 市民参加ポータル）"),
        body=body,
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    notifications.order_by().mark_mailed()


def _notification_lines(rows: list[Notification], count: int) -> str:
    """Return titles and URLs only: a title names nobody."""
    if not rows:
        return ""
    lines = [f"・{row.title}\n  {settings.SITE_URL}{row.address}" for row in rows[:LINES]]
    if count > LINES:
        lines.append(_("ほか %(n)d件") % {"n": count - LINES})
    return "\n".join([_("■ 未読のお知らせ"), *lines])


def _news_of(user: User, week: Week) -> list[Any]:
    """Return the consultations the user follows that have new proposals of others, with their number as `fresh`."""
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


def _city_lines(rows: list[tuple[str, str]]) -> str:
    if not rows:
        return ""
    lines = [f"・{words}\n  {settings.SITE_URL}{path}" for words, path in rows[:LINES]]
    return "\n".join([_("■ 市からのお知らせ"), *lines])


def stop_url(user: User) -> str:
    """Return the unsubscribe URL of a person, which needs no sign-in and does not expire."""
    return reverse("portal:stop_digest", args=[signing.dumps(user.handle, salt=SALT)])


def handle_of(token: str) -> str:
    """Return the handle in a token; raises BadToken for a forged one."""
    try:
        return str(signing.loads(token, salt=SALT))
    except signing.BadSignature as error:
        raise BadToken from error


def stop(token: str) -> None:
    """Unsubscribe the person of the token; does nothing for a deleted account."""
    User.objects.present().filter(handle=handle_of(token)).update(wants_digest=False)
