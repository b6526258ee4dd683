"""Save what a filled-in workbook says of points and views: all of it or nothing, under the optimistic lock of each row."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.operations.models import AuditEntry
from apps.public_comments.actions.points import begin_work, write_view
from apps.public_comments.models import ActionRefused, Case, CityView, OpinionPart, OpinionPoint
from apps.public_comments.services.point_file import PointScope, digest_of, place_of
from apps.public_comments.services.view_file import ViewFacts, ViewScope, facts_of

AT_ONCE = 1000
CHANGED = gettext_lazy("%(what)s は、確認のあとにほかの職員が変えました。もう一度ファイルを選んで確かめてください。")


@transaction.atomic
def save_points(*, case: Case, rows: list[Any], by: User | None) -> int:
    """Cut and place points as a checked file says. Return how many changed; a repeat changes nothing.

    rows: of `point_file.as_data`. Raise ActionRefused, with nothing written, when one of them changed meanwhile.
    """
    scope = PointScope(begin_work(case))
    groups = defaultdict[tuple[CityView | None, str], list[int]](list)  # points whose words stay, by where they go
    parts = {part.pk: (code, part) for code, part in scope.parts.items()}
    new, reworded = list[OpinionPoint](), list[OpinionPoint]()
    for pk, point_pk, quote, number, reason, seen in rows:
        code, part = parts.get(pk, ("", None))
        view = scope.views.get(number)
        if part is None or (number and view is None):
            raise ActionRefused(CHANGED % {"what": code or _("取り込む意見")})
        words = quote or part.body
        point = scope.points.get(point_pk) if point_pk else _with_words(scope, part, words)
        if point is not None and place_of(point) == (words, number, reason):
            continue
        if (digest_of(place_of(point)) if point else "") != seen:
            raise ActionRefused(CHANGED % {"what": code})
        if point is not None and point.quote == words:
            groups[view, reason].append(point.pk)
            continue
        row = point or OpinionPoint(part=part)
        row.quote, row.view, row.out_of_scope = words, view, reason
        (reworded if point else new).append(row)
    OpinionPoint.objects.bulk_create(new, batch_size=AT_ONCE)
    OpinionPoint.objects.bulk_update(reworded, ["quote", "view", "out_of_scope"], batch_size=AT_ONCE)
    for (view, reason), keys in groups.items():
        OpinionPoint.objects.filter(pk__in=keys).update(view=view, out_of_scope=reason)
    changed = len(reworded) + sum(map(len, groups.values()))
    if new or changed:
        AuditEntry.record("save_points", case, by=by, new=len(new), changed=changed)
    return len(new) + changed


def _with_words(scope: PointScope, part: OpinionPart, words: str) -> OpinionPoint | None:
    """Return the point of a part with these words."""
    return next((point for point in scope.of_part.get(part.pk, ()) if point.quote == words), None)


@transaction.atomic
def save_views(*, case: Case, rows: list[Any], by: User | None, departments: set[int] | None = None) -> int:
    """Write views as a checked file says. Return how many changed; a repeat changes nothing.

    rows: of `view_file.as_data`; departments: only views that are given to these, and no new ones. Raise
    ActionRefused, with nothing written, when one of them changed meanwhile.
    """
    scope, saved = ViewScope(begin_work(case), departments), 0
    by_key = {view.pk: view for view in scope.views.values()}
    for pk, number, edition, section, summary, kind, text, changed in rows:
        facts = ViewFacts(section, summary, kind, text, changed)
        known = by_key.get(pk) if pk else _repeated(scope.views.values(), number, facts)
        if known is not None and facts_of(known) == facts:
            continue
        if (known is None) == bool(pk) or (known is None and not scope.may_add):
            raise ActionRefused(CHANGED % {"what": _("番号 %(n)d") % {"n": number}})
        view = known or CityView(case=case, **({"number": number} if number else {}))
        _take(view, facts, scope)
        write_view(view=view, edition=edition, by=by)
        saved += 1
    return saved


def _repeated(views: Iterable[CityView], number: int, facts: ViewFacts) -> CityView | None:
    """Return the view that a new row has made already, or that has its number; without a number the one that says the same."""
    if number:
        return next((view for view in views if view.number == number), None)
    return next((view for view in views if facts_of(view) == facts), None)


def _take(view: CityView, facts: ViewFacts, scope: ViewScope) -> None:
    """Set what a row says of a view; raise ActionRefused for what is no longer there."""
    sections = {section.pk: section for section in scope.sections.values()}
    changed = {section.pk: section for section in scope.changed.values()}
    kinds = {kind.code: kind for kind in scope.kinds.values()}
    for key, offered in ((facts.section, sections), (facts.changed, changed), (facts.kind, kinds)):
        if key and key not in offered:
            raise ActionRefused(CHANGED % {"what": _("番号 %(n)d") % {"n": view.number or 0}})
    view.section, view.changed_section = sections.get(facts.section), changed.get(facts.changed)
    view.kind, view.summary, view.text = kinds.get(facts.kind), facts.summary, facts.text
