"""The one mail a day about work (仕事のお知らせ): every part that waits for a person, in one mail."""

from datetime import date, time

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.operations.models import Outbox

SENT_FROM = time(8, 30)  # local time: the daily parts are written before
PARTS_MOST = 30
LINE = "―" * 20


def write_today() -> int:
    """Enqueue today's mail for everybody for whom parts wait, once a day and person. Return how many."""
    now = timezone.localtime()
    if now.time() < SENT_FROM:
        return 0
    return sum(_write(pk, now.date()) for pk in Outbox.objects.recipients_of_parts())


@transaction.atomic
def _write(recipient_id: int, day: date) -> int:
    """Bundle a person's parts into one mail. Return 1, or 0 when today's went out already or nobody is there to get it."""
    key = f"work-mail:{recipient_id}:{day:%Y-%m-%d}"
    if Outbox.objects.keys_among([key]):
        return 0
    parts = list(Outbox.objects.parts_of(recipient_id))
    user = User.objects.present().with_postings().filter(pk=recipient_id).first()
    is_wanted = bool(parts and user and user.email and user.serves_city)
    if user and is_wanted:
        subject = _("仕事のお知らせ %(n)d件（調布市 市民参加ポータル）") % {"n": len(parts)}
        Outbox.objects.enqueue(key=key, to=user.email or "", subject=subject, body=_body(parts))
    Outbox.objects.mark_bundled(parts)
    return int(is_wanted)


def _body(parts: list[Outbox]) -> str:
    """Return the parts one below the other, then where everything stands and how to change the mail."""
    texts = [f"■ {part.subject}\n\n{part.body.strip()}" for part in parts[:PARTS_MOST]]
    if len(parts) > PARTS_MOST:
        texts.append(_("ほか %(n)d件") % {"n": len(parts) - PARTS_MOST})
    ways = [
        _("待っている仕事の一覧："),
        f"{settings.SITE_URL}{reverse('admin:index')}",
        "",
        _("このメールの受け取り方は、マイページの「プロフィールの変更」で選べます："),
        f"{settings.SITE_URL}{reverse('portal:profile')}",
    ]
    return f"\n\n{LINE}\n\n".join([*texts, "\n".join(ways)])
