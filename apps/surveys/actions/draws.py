"""Draw among those who answered: settings, entries apart from any answer, the draw with its seed, the deletion."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.date_formats import wareki
from apps.operations.models import AuditEntry
from apps.surveys.actions.responses import Respondent
from apps.surveys.models import ActionRefused, AnswerMark, Draw, DrawEntry, Survey
from apps.surveys.models.draw import draw_key, slip_key


@transaction.atomic
def set_draw(*, survey: Survey, prize: str, winners: int, delete_on: date, by: User | None) -> Draw:
    """Set what is drawn; only before the survey opens. Raise ActionRefused for a deletion before the draw can be held."""
    locked = survey.get_for_update()
    locked.require_draft()
    draw = Draw.objects.filter(survey=locked).first() or Draw(survey=locked)
    draw.survey, draw.prize, draw.winners, draw.delete_on = locked, prize, winners, delete_on
    if delete_on <= draw.enter_until:
        raise ActionRefused(
            _("消す日は、申込みの最終日（%(day)s）より後にしてください。") % {"day": wareki(draw.enter_until)}
        )
    draw.save()
    AuditEntry.record("set_draw", locked, by=by, winners=winners, delete_on=str(delete_on))
    return draw


@transaction.atomic
def drop_draw(*, survey: Survey, by: User | None) -> None:
    """Take the draw of a survey away before it opens."""
    locked = survey.get_for_update()
    locked.require_draft()
    Draw.objects.filter(survey=locked).delete()
    AuditEntry.record("drop_draw", locked, by=by)


@transaction.atomic
def register_for_draw(*, draw: Draw, name: str, contact: str, by: Respondent) -> None:
    """Enter somebody who has answered; the same person again replaces the former entry. No audit entry, no moment.

    Raise ActionRefused after the last day and for somebody who has not answered.
    """
    by.hold()
    locked = _hold(draw)
    locked.require_open()
    key = by.key(locked.survey)
    AnswerMark.objects.require_has_answered(locked.survey, key)
    DrawEntry.objects.register(locked, draw_key(locked, key), name, contact)


@transaction.atomic
def withdraw_from_draw(*, draw: Draw, by: Respondent) -> bool:
    """Delete somebody's entry while people may register. Return whether there was one."""
    by.hold()
    locked = _hold(draw)
    locked.require_open()
    key = draw_key(locked, by.key(locked.survey))
    return bool(DrawEntry.objects.filter(draw=locked, person_key=key).delete()[0])


@transaction.atomic
def register_slip(*, draw: Draw, name: str, contact: str, by: User) -> None:
    """Enter somebody who sent a slip of paper; the same name and contact again is the same entry."""
    locked = _hold(draw)
    if locked.drawn_at is not None or locked.survey.state in {"draft", "upcoming"}:
        raise ActionRefused(_("抽選の申込みを入力できるのは、回答の初日から抽選までです。"))
    DrawEntry.objects.register(locked, slip_key(locked, name, contact), name, contact)
    AuditEntry.record("register_slip", locked.survey, by=by)


@transaction.atomic
def hold_draw(*, draw: Draw, by: User | None) -> Draw:
    """Draw once, with a new seed that is recorded. Raise ActionRefused before the last day has passed, and a second time."""
    locked = _hold(draw)
    if locked.drawn_at is not None:
        raise ActionRefused(_("抽選はもう済んでいます。やり直すことはできません。"))
    if timezone.localdate() <= locked.enter_until:
        raise ActionRefused(
            _("抽選は、申込みの最終日（%(day)s）が過ぎてから行ってください。") % {"day": wareki(locked.enter_until)}
        )
    entries = {str(entry.pk): entry for entry in locked.entries.all()}
    if not entries:
        raise ActionRefused(_("申込みがありません。"))
    locked.seed = secrets.token_hex(16)
    order = drawing_order(list(entries), locked.seed)
    for place, key in enumerate(order, start=1):
        entries[key].place = place
    DrawEntry.objects.bulk_update(entries.values(), ["place"], batch_size=500)
    locked.drawn_at, locked.entry_count = timezone.now(), len(entries)
    locked.digest = hashlib.sha256("\n".join(sorted(entries)).encode()).hexdigest()
    locked.save()
    AuditEntry.record("hold_draw", locked.survey, by=by, seed=locked.seed, entries=len(entries), digest=locked.digest)
    return locked


def drawing_order(keys: Sequence[str], seed: str) -> list[str]:
    """Return keys ordered by the hash of the seed and each key: whoever has both gets the same order."""
    return sorted(keys, key=lambda key: hashlib.sha256(f"{seed}:{key}".encode()).hexdigest())


@transaction.atomic
def read_winners(*, draw: Draw, by: User) -> list[DrawEntry]:
    """Return the winners and who moves up, and note the look."""
    AuditEntry.record("read_winners", draw.survey, by=by)
    return list(draw.entries.winners())


def delete_draw_entries() -> int:
    """Delete names and contacts of the draws that are due, with a record of how many. Idempotent. Return how many."""
    return sum(_forget(draw) for draw in Draw.objects.to_forget(timezone.localdate()))


@transaction.atomic
def _forget(draw: Draw) -> int:
    locked = _hold(draw)
    count, _rows = DrawEntry.objects.filter(draw=locked).delete()
    locked.forgotten_at = timezone.now()
    locked.save(update_fields=["forgotten_at"])
    AuditEntry.record("delete_draw_entries", locked.survey, count=count)
    return count


def _hold(draw: Draw) -> Draw:
    """Return the draw as it is now, with its survey locked."""
    survey = draw.survey.get_for_update()
    locked = Draw.objects.get(pk=draw.pk)
    locked.survey = survey
    return locked
