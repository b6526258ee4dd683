"""Daily summary for moderators and the secretariat (毎日のまとめ): how much waits; no e-mail if nothing does."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Restriction, Role, User, enqueue_work_mail, to_people
from apps.consultations.models.moderation.case import ModerationCase
from apps.operations.models import Outbox

HOUR = 8  # local time, before the office opens


def key_of(user: User, day: date) -> str:
    """Return the outbox key of one person's summary of this day."""
    return f"desk:{user.pk}:{day:%Y-%m-%d}"


@transaction.atomic
def write_today() -> int:
    """Enqueue today's summary, from HOUR on. Idempotent. Return to how many people."""
    now = timezone.localtime()
    if now.hour < HOUR:
        return 0
    waiting = ModerationCase.objects.how_many_wait()
    objections = Restriction.objects.appealed().count()
    if not waiting["total"] and not objections:
        return 0
    people = [user for user in User.objects.holding(Role.MODERATOR, Role.SECRETARIAT) if user.email]
    written = Outbox.objects.keys_among([key_of(user, now.date()) for user in people])
    fresh = [user for user in people if key_of(user, now.date()) not in written]
    subject = _("判断を待っている案件 %(n)d件（調布市 市民参加ポータル）") % {"n": waiting["total"] + objections}
    return sum(_enqueue(user, now.date(), subject, _body(waiting, objections)) for user in fresh)


def _enqueue(user: User, day: date, subject: str, body: str) -> int:
    """Enqueue the summary of one person as the person chose. Return whether it is new."""
    key = key_of(user, day)
    return enqueue_work_mail(to_people([user]), key_of=lambda _name: key, subject=subject, body=body)


def _body(waiting: dict[str, Any], objections: int) -> str:
    """Return the body: numbers and URLs only, never a reported text."""
    names = [*ModerationCase.Trigger.choices, *ModerationCase.LATER]
    lines = [_("・%(what)s %(n)d件") % {"what": label, "n": waiting[key]} for key, label in names if waiting[key]]
    if waiting["oldest"]:
        lines.append(
            _("いちばん古い案件は%(day)sのものです。") % {"day": f"{timezone.localtime(waiting['oldest']):%-m月%-d日}"}
        )
    parts = [_("判断を待っている案件があります。"), "\n".join(lines)] if waiting["total"] else []
    parts += [_admin_url("admin:consultations_moderationcase_changelist")] if waiting["total"] else []
    if objections:
        parts += [
            _("利用の制限への異議の申立て %(n)d件") % {"n": objections},
            _admin_url("admin:accounts_restriction_changelist"),
        ]
    return "\n\n".join(parts)


def _admin_url(name: str) -> str:
    return settings.SITE_URL + reverse(name)
