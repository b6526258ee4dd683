"""What a result still lacks before it may be published."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from apps.core.text import fold
from apps.public_comments.models import Case, CityView, OpinionPart, OpinionPoint, Sender, State

NAMED = 10  # so many are named, the others counted
SHORTEST = 3  # letters of a name that is looked for in the public text


def missing_for_result(case: Case) -> list[str]:
    """Return what is missing, in sentences; an empty list when the result may be published."""
    accepted = OpinionPart.objects.current().filter(opinion__case=case, opinion__state=State.ACCEPTED)
    uncut = accepted.filter(points=None).order_by("opinion__number")
    points = OpinionPoint.objects.of_case(case)
    numbers = points.open().order_by("part__opinion__number").values_list("part__opinion__number", flat=True)
    views = list(CityView.objects.filter(case=case).in_order().with_counts())
    found = [
        (uncut.values_list("opinion__number", flat=True), _("要点を切り出していない意見：%(which)s")),
        (numbers, _("市の考え方に入っていない要点がある意見：%(which)s")),
    ]
    missing = [sentence % {"which": _numbers(rows)} for rows, sentence in found if rows.exists()]
    lacking = [
        ([view for view in views if not view.text or view.kind is None], _("反映区分か文がない市の考え方：%(which)s")),
        (
            [view for view in views if view.kind and view.kind.changes_draft and view.changed_section is None],
            _("変えた節を示していない市の考え方：%(which)s"),
        ),
        ([view for view in views if not view.point_count], _("要点が一つもない市の考え方：%(which)s")),
        (_naming_somebody(case, views), _("提出した人の氏名と同じことばが入っている市の考え方：%(which)s")),
    ]
    return missing + [
        sentence % {"which": "、".join(str(view.number) for view in rows[:NAMED])} for rows, sentence in lacking if rows
    ]


def _numbers(rows: Iterable[str]) -> str:
    """Return receipt numbers as text, each once; of many the first and how many more."""
    numbers = list(dict.fromkeys(rows))
    shown = "、".join(f"{number[:4]}-{number[4:]}" for number in numbers[:NAMED])
    return shown if len(numbers) <= NAMED else _("%(some)s ほか%(n)d通") % {"some": shown, "n": len(numbers) - NAMED}


def _naming_somebody(case: Case, views: list[CityView]) -> list[CityView]:
    """Return the views whose public text holds the name of a person who sent an opinion."""
    persons = Sender.objects.filter(opinion__case=case, opinion__is_group=False).values_list("name", flat=True)
    names = {plain for name in persons if len(plain := "".join(fold(name).split())) >= SHORTEST}
    return [
        view for view in views if any(name in "".join(fold(f"{view.summary}{view.text}").split()) for name in names)
    ]
