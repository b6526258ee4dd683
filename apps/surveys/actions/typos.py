"""Mend a misspelling in the words of an opened survey, with a reason that the audit trail keeps."""

from collections.abc import Mapping
from difflib import SequenceMatcher

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.text import clean_line
from apps.operations.models import AuditEntry
from apps.surveys.models import ActionRefused, SurveyOption, SurveyQuestion

LEAST_LIKE = 0.7  # of 1: less is another question, to which the answers so far were not given


@transaction.atomic
def mend_typos(
    *, question: SurveyQuestion, text: str, options: Mapping[int, str], reason: str, by: User | None
) -> list[tuple[str, str]]:
    """Correct the words of a question and its options after the opening. Return (before, after) of each that changed.

    options: words by the key of the row. Raise ActionRefused without a reason, once the result is public, and for words
    that say something else than before.
    """
    survey = question.survey.get_for_update()
    if survey.opened_at is None or survey.published_at is not None:
        raise ActionRefused(_("誤字を直せるのは、開始してから結果を公表するまでです。"))
    if not reason.strip():
        raise ActionRefused(_("何を直したかを書いてください。"))
    changed = []
    rows: list[tuple[SurveyQuestion | SurveyOption, str]] = [(question, text)]
    rows += [(option, options.get(option.pk, option.text)) for option in question.options.all()]
    for row, words in rows:
        before, after = row.text, words.strip() if row is question else clean_line(words)
        if before == after:
            continue
        if not after or SequenceMatcher(None, before, after).ratio() < LEAST_LIKE:
            raise ActionRefused(
                _("「%(words)s」は、元の文と違いすぎます。直せるのは誤字だけです。") % {"words": after[:40]}
            )
        if row is not question and question.options.filter(text=after).exclude(pk=row.pk).exists():
            raise ActionRefused(_("同じ選択肢が二つあります。"))
        row.text = after
        row.full_clean(exclude=["question", "survey"], validate_unique=False, validate_constraints=False)
        row.save(update_fields=["text"])
        changed.append((before, after))
    if changed:
        AuditEntry.record("mend_typos", survey, by=by, reason=reason, question=question.number, changed=changed)
    return changed
