"""Make the codes of letters: in clear once, as the file for the printer; stored are their hashes alone."""

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.letter_codes import new_code
from apps.operations.models import AuditEntry
from apps.surveys.models import ActionRefused, AnswerMark, Survey
from apps.surveys.models.response import letter_key

LETTERS_MOST = 5000  # of a survey; 市民意識調査 sends about 3,000


@transaction.atomic
def make_letters(*, survey: Survey, count: int, by: User | None) -> list[str]:
    """Make the codes of so many letters and return them in clear: they are told only now, and to nobody again.

    Raise ActionRefused for a survey without letters, after the opening, and for too many. The audit trail notes the number.
    """
    locked = survey.get_for_update()
    if not locked.is_sample:
        raise ActionRefused(_("回答コードを使うのは、無作為抽出のアンケートだけです。"))
    locked.require_draft()
    if not 1 <= count <= LETTERS_MOST - locked.marks.count():
        raise ActionRefused(_("回答コードは、全部で%(n)d件まで作れます。") % {"n": LETTERS_MOST})
    codes = {new_code() for _number in range(count)}
    while len(codes) < count:
        codes.add(new_code())
    marks = [AnswerMark(survey=locked, person_key=letter_key(locked, code)) for code in codes]
    secrets.SystemRandom().shuffle(marks)
    AnswerMark.objects.bulk_create(marks)
    AuditEntry.record("make_letters", locked, by=by, count=count)
    return sorted(codes)


@transaction.atomic
def discard_letters(*, survey: Survey, by: User | None) -> int:
    """Delete all codes of a survey that is not open, when their file was lost or seen by others. Return how many."""
    locked = survey.get_for_update()
    locked.require_draft()
    count, _rows = AnswerMark.objects.filter(survey=locked).delete()
    AuditEntry.record("discard_letters", locked, by=by, count=count)
    return count
