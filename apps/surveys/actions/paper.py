"""Type in answers on paper: two people enter a sheet, differences are decided, only then it counts."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.submission import content_key
from apps.operations.models import AuditEntry
from apps.surveys.models import ActionRefused, PaperSheet, Survey, SurveyResponse
from apps.surveys.models.question import Answers
from apps.surveys.services.answer_words import answers_asked

NOTHING = gettext_lazy("どの問いにも答えがありません。白紙のときは、数えない理由を選んでください。")


@transaction.atomic
def enter_sheet(
    *, survey: Survey, answers: dict[str, dict[str, Any]], void_reason: str = "", by: User, submit_key: uuid.UUID
) -> PaperSheet:
    """Store the first entry of a sheet under the next number, which is then written onto the paper. Idempotent.

    void_reason: why it is not counted; its answers are then not kept. Raise ActionRefused outside the time of paper and
    for a sheet without answers and without a reason.
    """
    locked = survey.get_for_update()
    key = content_key(submit_key, survey=locked, answers=answers, void_reason=void_reason)
    if repeated := PaperSheet.objects.filter(submit_key=key).first():
        return repeated
    locked.require_paper_time()
    said = {} if void_reason else answers_asked(locked.load_questions(), answers)
    if not said and not void_reason:
        raise ActionRefused(NOTHING)
    last = PaperSheet.objects.filter(survey=locked).aggregate(n=Max("number"))["n"] or 0
    return PaperSheet.objects.create(
        survey=locked, number=last + 1, first=said, first_by=by, void_reason=void_reason, submit_key=key
    )


@transaction.atomic
def check_sheet(*, sheet: PaperSheet, answers: dict[str, dict[str, Any]], by: User) -> PaperSheet:
    """Store the second entry; a sheet of which both say the same counts from now on.

    Raise ActionRefused for who typed it first, and when the second entry is there already.
    """
    locked = _hold(sheet)
    locked.require_waiting()
    if locked.first_by_id == by.pk:
        raise ActionRefused(_("確認の入力は、一回目と別の人が行ってください。"))
    said = answers_asked(locked.survey.load_questions(), answers)
    if not said and not locked.first:
        raise ActionRefused(NOTHING)
    locked.second, locked.second_by = said, by
    if not locked.differing:
        return _count(locked, locked.first)
    locked.save(update_fields=["second", "second_by"])
    return locked


@transaction.atomic
def decide_sheet(*, sheet: PaperSheet, picks: dict[str, str], by: User) -> PaperSheet:
    """Decide where two entries differ: `first`, `second` or `none` for each question. The sheet counts from now on.

    Raise ActionRefused for a sheet without differences, and while one of them is undecided.
    """
    locked = _hold(sheet)
    if locked.state != "differing" or set(picks) != set(locked.differing):
        raise ActionRefused(_("ほかの人が先に決めたか、入力が変わりました。もう一度開いてください。"))
    said = answers_asked(locked.survey.load_questions(), locked.merged(picks))
    if not said:
        raise ActionRefused(NOTHING)
    AuditEntry.record("decide_sheet", locked.survey, by=by, sheet=locked.number, questions=sorted(picks, key=int))
    return _count(locked, said)


@transaction.atomic
def void_sheet(*, sheet: PaperSheet, reason: str, by: User) -> None:
    """Leave a sheet out of the result, with a reason; taking it back is `reopen_sheet`."""
    locked = _hold(sheet)
    _uncount(locked)
    locked.void_reason = reason
    locked.save(update_fields=["void_reason"])
    AuditEntry.record("void_sheet", locked.survey, by=by, sheet=locked.number, reason=reason)


@transaction.atomic
def reopen_sheet(*, sheet: PaperSheet, by: User) -> None:
    """Take back that a sheet was checked or left out: it waits for its second entry again, and does not count."""
    locked = _hold(sheet)
    _uncount(locked)
    locked.void_reason, locked.second, locked.second_by = "", None, None
    locked.save(update_fields=["void_reason", "second", "second_by"])
    AuditEntry.record("reopen_paper", locked.survey, by=by, sheet=locked.number)


def _hold(sheet: PaperSheet) -> PaperSheet:
    """Return the sheet as it is now, with its survey locked. Raise ActionRefused once the result is public."""
    survey = sheet.survey.get_for_update()
    survey.require_paper_time()
    locked = PaperSheet.objects.filter(pk=sheet.pk).first()
    if locked is None:
        raise ActionRefused(_("この用紙は、もうありません。"))
    locked.survey = survey
    return locked


def _count(sheet: PaperSheet, answers: Answers) -> PaperSheet:
    """Make the answer that a checked sheet stands for."""
    sheet.response = SurveyResponse.objects.create(
        survey=sheet.survey,
        channel=SurveyResponse.Channel.PAPER,
        received_on=timezone.localdate(),
        answers=dict(answers),
    )
    sheet.save(update_fields=["second", "second_by", "response"])
    return sheet


def _uncount(sheet: PaperSheet) -> None:
    """Delete the answer of a sheet, if there is one."""
    if sheet.response is not None:
        response, sheet.response = sheet.response, None
        sheet.save(update_fields=["response"])
        response.delete()
