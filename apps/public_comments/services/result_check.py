"""What a result still lacks before it may be published, with the rows where it is mended."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.consultations.screening import personal
from apps.core.text import fold
from apps.public_comments.models import (
    Case,
    CityView,
    Opinion,
    OpinionPart,
    OpinionPoint,
    Sender,
    State,
    ViewAssignment,
)

NAMED = 10  # so many are named, the others counted
SHORTEST = 3  # letters of a name that is looked for in the public text


@dataclass(frozen=True)
class Lack:
    """One thing that is missing: a sentence with `%(which)s`, and the rows that it names, each with its admin page."""

    words: str
    rows: list[tuple[str, str]]  # label, URL
    more: int = 0

    @property
    def sentence(self) -> str:
        """Return it in words; of many rows the first and how many more."""
        shown = "、".join(label for label, _url in self.rows)
        return self.words % {
            "which": _("%(some)s ほか%(n)d通") % {"some": shown, "n": self.more} if self.more else shown
        }

    @property
    def heading(self) -> str:
        """Return it without the rows."""
        return (self.words % {"which": ""}).rstrip("：: ")


def missing_for_result(case: Case) -> list[str]:
    """Return what is missing, in sentences; an empty list when the result may be published."""
    return [lack.sentence for lack in lacks_of(case)]


def lacks_of(case: Case) -> list[Lack]:
    """Return what is missing, each with links to its rows."""
    accepted = OpinionPart.objects.current().filter(opinion__case=case, opinion__state=State.ACCEPTED)
    uncut = accepted.filter(points=None).order_by("opinion__number").values_list("opinion", "opinion__number")
    points = OpinionPoint.objects.of_case(case).open().order_by("part__opinion__number")
    unplaced = points.values_list("part__opinion", "part__opinion__number")
    views = list(CityView.objects.filter(case=case).in_order().with_counts())
    waiting = ViewAssignment.objects.waiting().filter(view__case=case).for_lists()
    return [
        *_of_opinions(uncut, _("要点を切り出していない意見：%(which)s")),
        *_of_opinions(unplaced, _("市の考え方に入っていない要点がある意見：%(which)s")),
        *_of_views(views, lambda view: not view.text or view.kind is None, _("反映区分か文がない市の考え方：%(which)s")),
        *_of_views(
            views, lambda view: bool(view.kind and view.kind.changes_draft and view.changed_section is None),
            _("変えた節を示していない市の考え方：%(which)s"),
        ),
        *_of_views(views, lambda view: not view.point_count, _("要点が一つもない市の考え方：%(which)s")),
        *_of_waiting(waiting),
        *_naming_somebody(case, views),
    ]  # fmt: skip


def hints_of(case: Case) -> list[Lack]:
    """Return what somebody should look at before publication: rows whose public words look like personal data.

    A number may be the city's own, so that this stops nothing.
    """
    views = CityView.objects.filter(case=case).in_order()
    named = [(str(view.number), _view_url(view.pk)) for view in views if personal.find(f"{view.summary}\n{view.text}")]
    left_out = OpinionPoint.objects.of_case(case).exclude(out_of_scope="").order_by("part__opinion__number", "pk")
    reasons = left_out.values_list("part__opinion", "part__opinion__number", "out_of_scope")
    found = [(pk, number) for pk, number, reason in reasons if personal.find(reason)]
    words = _("電話番号・メールアドレス・番地らしい文字がある市の考え方：%(which)s")
    return [
        *([Lack(words, named[:NAMED], max(0, len(named) - NAMED))] if named else []),
        *_of_opinions(
            Opinion.objects.unchecked().filter(case=case).order_by("number").values_list("pk", "number"),
            _("入力を別の職員が確かめていない意見：%(which)s"),
        ),
        *_of_opinions(found, _("「答えない理由」に電話番号・メールアドレス・番地らしい文字がある意見：%(which)s")),
    ]


def _of_opinions(rows: Iterable[tuple[int, str]], words: str) -> list[Lack]:
    """Return what opinions lack, each named once; of many the first and how many more."""
    numbers = dict(rows)
    named = [
        (f"{number[:4]}-{number[4:]}", reverse("admin:public_comments_opinion_change", args=[pk]))
        for pk, number in list(numbers.items())[:NAMED]
    ]
    return [Lack(words, named, max(0, len(numbers) - NAMED))] if named else []


def _view_url(pk: int) -> str:
    return reverse("admin:public_comments_cityview_change", args=[pk])


def _of_views(views: list[CityView], lacks: Callable[[CityView], bool], words: str) -> list[Lack]:
    """Return what views lack."""
    named = [(str(view.number), _view_url(view.pk)) for view in views if lacks(view)][:NAMED]
    return [Lack(words, named)] if named else []


def _of_waiting(waiting: Iterable[ViewAssignment]) -> list[Lack]:
    """Return the views that a department has not said to be done with."""
    named = [(f"{row.view.number}（{row.department.name}）", _view_url(row.view_id)) for row in waiting][:NAMED]
    return [Lack(_("担当課がまだ書き終えていない市の考え方：%(which)s"), named)] if named else []


def _naming_somebody(case: Case, views: list[CityView]) -> list[Lack]:
    """Return the views whose public text holds the name of a person who sent an opinion."""
    persons = Sender.objects.filter(opinion__case=case, opinion__is_group=False).values_list("name", flat=True)
    by_start = defaultdict[str, set[str]](set)
    for name in persons:
        if len(plain := "".join(fold(name).split())) >= SHORTEST:
            by_start[plain[:SHORTEST]].add(plain)
    texts = {view.pk: "".join(fold(f"{view.summary}{view.text}").split()) for view in views}
    return _of_views(
        views,
        lambda view: _holds_any(texts[view.pk], by_start),
        _("提出した人の氏名と同じことばが入っている市の考え方：%(which)s"),
    )


def _holds_any(text: str, by_start: dict[str, set[str]]) -> bool:
    """Return whether a text holds one of many names, given by their first letters."""
    places = ((at, by_start.get(text[at : at + SHORTEST], ())) for at in range(len(text) - SHORTEST + 1))
    return any(text.startswith(name, at) for at, names in places for name in names)
