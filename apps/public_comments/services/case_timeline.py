"""The steps of a case on its public time line, and as days of a calendar file."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.calendar_file import Event
from apps.core.date_formats import wareki
from apps.core.types import StrOrPromise
from apps.public_comments.models import Case, DayChange, PeriodMove


@dataclass(frozen=True)
class Step:
    """One step of a case. is_coming: its day has not come, or what was promised for it has not happened."""

    day: date
    words: StrOrPromise
    is_coming: bool
    note: StrOrPromise = ""


def steps_of(case: Case) -> list[Step]:
    """Return the steps of a case in the order of their days."""
    today = timezone.localdate()
    steps = []
    if case.announced_at:
        steps.append(Step(timezone.localdate(case.announced_at), _("予告（案と募集の日程の公表）"), is_coming=False))
    steps.append(Step(case.opens_on, _("意見の募集を始める日"), case.opens_on > today))
    steps.append(Step(case.closes_on, _("意見の募集の最終日"), case.closes_on >= today))
    steps += [_moved(move) for move in case.moves.all()]
    steps += [_changed(change) for change in case.day_changes.all()]
    if case.answered_at:
        steps.append(Step(timezone.localdate(case.answered_at), _("結果の公表"), is_coming=False))
    elif case.result_due_on:
        note = _("予定日を過ぎています。結果の準備が遅れています。") if case.is_result_late else ""
        steps.append(Step(case.result_due_on, _("結果の公表の予定日"), True, note))
    if case.delete_senders_on:
        steps.append(Step(case.delete_senders_on, _("提出した人の氏名と住所を消す日"), case.delete_senders_on > today))
    return sorted(steps, key=lambda step: step.day)


def _moved(move: PeriodMove) -> Step:
    """Return the step at which the last day was moved, with both days and the reason."""
    words = _("募集の最終日を%(before)sから%(after)sに延ばしました。理由：%(reason)s")
    note = words % {"before": wareki(move.closes_before), "after": wareki(move.closes_on), "reason": move.reason}
    return Step(timezone.localdate(move.moved_at), _("募集の期間の延長"), False, note)


def _changed(change: DayChange) -> Step:
    """Return the step at which a day was changed, with both days and the reason."""
    words = _("%(before)sから%(after)sに変えました。理由：%(reason)s")
    note = words % {"before": wareki(change.before), "after": wareki(change.after), "reason": change.reason}
    title = _("%(day)sの変更") % {"day": change.get_day_display()}
    return Step(timezone.localdate(change.changed_at), title, False, note)


def calendar_days(case: Case) -> list[Event]:
    """Return the days of a case as calendar events: the first and last day, and the result."""
    days = [
        ("opens", _("意見の募集が始まる：%(title)s"), case.opens_on),
        ("closes", _("意見の募集の最終日：%(title)s"), case.closes_on),
        ("result", _("結果の公表の予定日：%(title)s"), case.result_due_on),
    ]
    title, path = {"title": case.title}, case.get_absolute_url()
    return [Event(f"public-comment-{case.slug}-{key}", words % title, day, path) for key, words, day in days if day]
