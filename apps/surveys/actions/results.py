"""Publish the result of a survey as a frozen edition."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.operations.models import AuditEntry
from apps.surveys.models import ActionRefused, AnswerMark, Survey, SurveyResult
from apps.surveys.services.tabulation import next_edition


@transaction.atomic
def publish_survey_result(
    *, survey: Survey, axes: Sequence[int] = (), by: User | None, seen: str = "", note: str = ""
) -> SurveyResult:
    """Publish the tables as the next edition, frozen; the marks of who has answered and the sheets of paper go with the first.

    axes: numbers of the questions by which others are crossed; seen: the digest that was previewed (optimistic lock);
    note: what a later edition corrects. Raise ActionRefused before the close, and while a sheet of paper
    is unchecked.
    """
    locked = survey.get_for_update()
    locked.require_closed()
    if unfinished := locked.sheets.unfinished().count():
        raise ActionRefused(
            _("確認の終わっていない紙の回答が%(n)d枚あります。確認するか、数えない理由を選んでください。")
            % {"n": unfinished}
        )
    edition = next_edition(locked, axes)
    if seen and seen != edition.digest:
        raise ActionRefused(_("確かめているあいだに内容が変わりました。もう一度確かめてから公表してください。"))
    if edition.edition > 1 and not note.strip():
        raise ActionRefused(_("結果を直すときは、何を直したかを書いてください。"))
    edition.note = note.strip() if edition.edition > 1 else ""
    edition.save(force_insert=True)
    AnswerMark.objects.filter(survey=locked).delete()
    locked.sheets.all().delete()
    locked.published_at = locked.published_at or edition.published_at
    locked.save(update_fields=["published_at", "updated_at"])
    AuditEntry.record("publish_survey_result", locked, by=by, edition=edition.edition)
    survey.refresh_from_db()
    return edition
