"""Choose which questions of a former survey the next edition of a result is set beside."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.operations.models import AuditEntry
from apps.surveys.models import ActionRefused, Comparison, Survey
from apps.surveys.services.comparison import can_compare


@transaction.atomic
def set_comparisons(
    *, survey: Survey, former: Survey, pairs: Mapping[int, tuple[int, str]], by: User | None
) -> list[Comparison]:
    """Set which questions are compared with those of one former survey; pairs of before with other surveys go.

    pairs: {number of the question: (number of the former question, what differs)}. Raise ActionRefused for a survey without
    a result, and for questions that are answered in different ways.
    """
    locked = survey.get_for_update()
    if not Survey.objects.comparable_with(locked).filter(pk=former.pk).exists():
        raise ActionRefused(_("比べられるのは、結果を公表したほかのアンケートです。"))
    own = {question.number: question for question in locked.load_questions()}
    others = {question.number: question for question in former.load_questions()}
    rows = []
    for number, (former_number, note) in pairs.items():
        question, other = own.get(number), others.get(former_number)
        if question is None or other is None or not can_compare(question, other):
            raise ActionRefused(_("問%(number)dは、答え方が違うため比べられません。") % {"number": number})
        rows.append(Comparison(question=question, former=other, note=note.strip()))
    Comparison.objects.filter(question__survey=locked).delete()
    made = Comparison.objects.bulk_create(rows)
    AuditEntry.record("set_comparisons", locked, by=by, former=former.slug, questions=sorted(pairs))
    return made
