"""Write the options of a question."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from apps.surveys.models import ActionRefused, SurveyOption, SurveyQuestion

AWAY = 10_000  # numbers of nobody, while rows change places


@transaction.atomic
def write_options(
    *, question: SurveyQuestion, texts: Sequence[str], other: str, exclusive: Sequence[str], rows: Sequence[str]
) -> None:
    """Set the options of a question in this order: texts, the one with a line to write on, those that stand alone.

    An option with the same words stays the same row, so that conditions go on naming it. Raise ActionRefused once the
    survey was opened, and for leaving out an option on which another question depends.
    """
    question.survey.get_for_update().require_draft()
    wanted = [
        (text, False, text == other, text in exclusive) for text in [*texts, *([other] if other else []), *exclusive]
    ]
    wanted += [(text, True, False, False) for text in rows]
    former = {(option.text, option.is_row): option for option in question.options.all()}
    kept = {(text, is_row) for text, is_row, *_flags in wanted}
    try:
        question.options.exclude(pk__in=[former[key].pk for key in kept & former.keys()]).delete()
    except ProtectedError as error:
        sentence = _("ほかの問いを出す条件になっている選択肢は消せません。先に、その問いの条件を変えてください。")
        raise ActionRefused(sentence) from error
    for number, (key, option) in enumerate(former.items(), start=AWAY):
        if key in kept:
            SurveyOption.objects.filter(pk=option.pk).update(number=number)
    numbers = {False: 0, True: 0}
    for text, is_row, has_text, is_exclusive in wanted:
        numbers[is_row] += 1
        SurveyOption.objects.update_or_create(
            question=question, text=text, is_row=is_row,
            defaults={"number": numbers[is_row], "has_text": has_text, "is_exclusive": is_exclusive},
        )  # fmt: skip
