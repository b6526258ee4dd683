"""Cut points from opinions, put them into groups, write the city's view of a group."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.operations.models import AuditEntry
from apps.public_comments.models import ActionRefused, Case, CityView, OpinionPart, OpinionPoint, State, ViewAssignment


def begin_work(case: Case) -> Case:
    """Return the case locked, its result no longer handed in; raise ActionRefused while opinions may still come."""
    locked = case.get_for_update()
    locked.require_closed()
    locked.take_back_result()
    return locked


@transaction.atomic
def cut_point(
    *, part: OpinionPart, quote: str, view: CityView | None = None, with_same: bool = False, by: User | None
) -> list[OpinionPoint]:
    """Make a point of a passage of an opinion; the opinion itself stays as it was sent.

    with_same: make one of every part with the same words too, so that many equal letters are answered at once. Return the
    points. Raise ActionRefused for words that do not stand in the part, and for a passage that is a point already.
    """
    case = begin_work(part.opinion.case)
    opinion = part.opinion.get_for_update()
    if opinion.state != State.ACCEPTED or part.edition != opinion.edition:
        raise ActionRefused(_("数えない意見と、書き直す前の文からは、要点を切り出せません。"))
    if not quote.strip() or quote not in part.body:
        raise ActionRefused(_("抜き出す文は、意見の文をそのまま使ってください。"))
    _require_of_case(case, view)
    parts = [part, *(OpinionPart.objects.same_words(part) if with_same and quote == part.body else [])]
    quotes = {one.pk: one.body if one != part else quote for one in parts}  # a twin may differ in its blanks
    taken = set(OpinionPoint.objects.filter(part__in=parts).values_list("part_id", "quote"))
    if (part.pk, quote) in taken:
        raise ActionRefused(_("この文は、すでに要点になっています。"))
    points = [
        OpinionPoint.objects.create(part=one, quote=quotes[one.pk], view=view)
        for one in parts
        if (one.pk, quotes[one.pk]) not in taken
    ]
    AuditEntry.record("cut_point", case, by=by, points=[point.pk for point in points])
    return points


@transaction.atomic
def place_point(*, point: OpinionPoint, view: CityView | None, out_of_scope: str = "", by: User | None) -> None:
    """Put a point into a group, or leave it out with a reason; into neither takes it out again."""
    case = begin_work(point.case)
    _require_of_case(case, view)
    if view is not None and out_of_scope:
        raise ActionRefused(_("市の考え方を選ぶか、答えない理由を書くか、どちらか一つにしてください。"))
    point.view, point.out_of_scope = view, out_of_scope
    point.full_clean(exclude=["part", "view"], validate_constraints=False)
    point.save(update_fields=["view", "out_of_scope"])
    AuditEntry.record("place_point", case, by=by, point=point.pk, view=view.pk if view else None)


@transaction.atomic
def remove_point(*, point: OpinionPoint, by: User | None) -> None:
    """Delete a point that was cut by mistake."""
    case = begin_work(point.case)
    AuditEntry.record("remove_point", case, by=by, point=point.pk)
    point.delete()


@transaction.atomic
def write_view(*, view: CityView, edition: int, by: User | None) -> CityView:
    """Store a new view, or another wording of one. Raise ActionRefused when somebody stored another since (optimistic lock).

    Departments that had agreed to other words (合議) are asked again, but for those of the writer.
    """
    case = begin_work(view.case)
    if view.section and view.section.version_id != case.version_id:
        raise ActionRefused(_("選んだ節は、この案の節ではありません。"))
    changed = view.changed_section
    if changed and changed.version.document_id != case.version.document_id:
        raise ActionRefused(_("変えた節は、この案と同じ文書の版から選んでください。"))
    former = None if view._state.adding else CityView.objects.select_for_update(of=("self",)).get(pk=view.pk)
    if former is None:
        view.number = view.number or (case.views.aggregate(last=Max("number"))["last"] or 0) + 1
    elif former.edition != edition:
        raise ActionRefused(
            _(
                "書いている間に、ほかの人がこの市の考え方を保存しました。新しい画面で開き、内容を確かめて直してください。"
            )
        )
    view.edition, view.written_by = edition + 1, by
    view.full_clean(exclude=["case", "section", "changed_section", "kind", "written_by"], validate_constraints=False)
    view.save()
    if former is not None and former.agreed_words != view.agreed_words:
        ViewAssignment.objects.filter(view=view).ask_again(but=by)
    AuditEntry.record("write_view", view, by=by, kind=view.kind.code if view.kind else "")
    return view


@transaction.atomic
def remove_view(*, view: CityView, by: User | None) -> None:
    """Delete a group without points; raise ActionRefused while points stand in it."""
    begin_work(view.case)
    if view.points.exists():
        raise ActionRefused(_("要点が入っている市の考え方は消せません。先に要点を移してください。"))
    AuditEntry.record("remove_view", view, by=by)
    view.delete()


def _require_of_case(case: Case, view: CityView | None) -> None:
    """Raise ActionRefused for a view of another case."""
    if view is not None and view.case_id != case.pk:
        raise ActionRefused(_("別の案件の市の考え方は選べません。"))
