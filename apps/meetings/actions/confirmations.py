"""Put a draft of minutes to the members of the body; a member confirms it or says what is wrong."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import rate_limit
from apps.core.letter_codes import new_code
from apps.meetings.models import ActionRefused, Confirmation, Minutes, Seat
from apps.meetings.models.confirmation import code_key
from apps.operations.models import AuditEntry

QUARTER, TRIES = 900, 30  # codes from one network in a quarter of an hour


@transaction.atomic
def ask_members(*, minutes: Minutes, due_on: date, by: User | None) -> list[tuple[Seat, str]]:
    """Ask the members of the meeting's day to confirm a draft by a day. Return each member's code, which is told only now.

    Who has a code and has not answered gets a new one, the former is void; answers stay. Raise ActionRefused for public
    minutes, a day that has passed and a body without members.
    """
    draft = Minutes.objects.select_for_update(of=("self",)).select_related("meeting__organ").get(pk=minutes.pk)
    if draft.is_published:
        raise ActionRefused(_("公表した会議録は、もう確認を頼めません。"))
    if due_on < timezone.localdate():
        raise ActionRefused(_("確認の期限は、今日か、今日より後の日にしてください。"))
    seats = list(draft.meeting.organ.seats.on_day(draft.meeting.day))
    if not seats:
        raise ActionRefused(_("会議の日の委員が、会議体の名簿にありません。"))
    asked = {row.seat_id: row for row in Confirmation.objects.of_minutes(draft)}
    codes = []
    for seat in seats:
        row = asked.get(seat.pk) or Confirmation(minutes=draft, seat=seat)
        if row.answer != Confirmation.Answer.WAITING:
            continue
        code = new_code()
        row.code_key = code_key(code)
        row.save()
        codes.append((seat, code))
    draft.confirm_by = due_on
    draft.save(update_fields=["confirm_by", "updated_at"])
    AuditEntry.record("ask_members", draft.meeting, by=by, members=len(codes), due_on=due_on.isoformat())
    minutes.refresh_from_db()
    return codes


def open_confirmation(*, typed: str, ip: str) -> Confirmation:
    """Return what a member's code opens. Raise ActionRefused for an unknown code, and above a rate limit."""
    if not rate_limit.hit(f"minutes-code:{ip}", most=TRIES, seconds=QUARTER):
        raise ActionRefused(_("コードの入力が続けて間違っています。15分ほどたってから、もう一度お試しください。"))
    found = Confirmation.objects.opened_by(typed)
    if found is None:
        raise ActionRefused(
            _("このコードで確認できる会議録はありません。コードを確かめてください。公表したあとは使えません。")
        )
    return found


@transaction.atomic
def answer_minutes(*, confirmation: Confirmation, answer: str, remark: str, seen: str) -> None:
    """Note what a member says of the draft. seen: the key of the words that were read.

    Raise ActionRefused once the minutes are public, when the words changed meanwhile, and without what is wrong.
    """
    draft = Minutes.objects.select_for_update().get(pk=confirmation.minutes_id)
    row = Confirmation.objects.select_for_update(of=("self",)).get(pk=confirmation.pk)
    row.minutes = draft
    if draft.is_published:
        raise ActionRefused(_("会議録はすでに公表されました。"))
    if seen != draft.words_key:
        raise ActionRefused(_("読んでいるあいだに、会議録の文が変わりました。もう一度読んでから答えてください。"))
    if answer == Confirmation.Answer.WRONG and not remark.strip():
        raise ActionRefused(_("直してほしいところを書いてください。"))
    row.say(answer, remark.strip())
    row.save()
