"""Contents of the pages of viewpoints and fields, collected from the other apps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.consultations.models import ChosenVoice, Consultation
from apps.core.pagination import Order
from apps.core.types import StrOrPromise
from apps.council.models import Project
from apps.vision.models import DigitalCase, Field, Indicator, PriorityProject, SurveyRanking, Viewpoint

AS_ORDERED = Order(("order", "pk"), descending=False)
BY_OPENING = Order(("opens_at", "pk"))
AT_HOME_FIRST = Order(("is_repeat", "pk"), descending=False)  # 【再掲】 behind the projects that are at home here
LATEST_FIRST = Order(("changed_at", "pk"))


@dataclass(frozen=True)
class Kind:
    """One kind of thing that hangs on viewpoints and fields: its name, how many are shown at first, and how it is read.

    Any kind answers `public()`, `for_viewpoint(v)`, `in_field(f)` and `for_cards()`.
    """

    title: StrOrPromise
    rows: Callable[[], Any]
    shown: int
    order: Order = AS_ORDERED
    order_in_field: Order = AS_ORDERED


KINDS = {
    "voices": Kind(_("市民の声"), ChosenVoice.objects.public, 12),
    "consultations": Kind(_("意見を募集するテーマ"), Consultation.objects.public, 4, BY_OPENING, BY_OPENING),
    "priorities": Kind(_("基本計画の重点プロジェクト"), PriorityProject.objects.public, 6),
    "indicators": Kind(_("指標"), Indicator.objects.public, 6),
    "rankings": Kind(_("調査の結果"), SurveyRanking.objects.public, 6),
    "cases": Kind(_("デジタル活用による取組事例"), DigitalCase.objects.public, 12),
    "projects": Kind(_("協議会の取組"), Project.objects.public, 8, AT_HOME_FIRST, LATEST_FIRST),
}


@dataclass
class Shelf:
    """The first rows of a kind, their total, and the URL of the full list."""

    key: str
    title: StrOrPromise
    rows: list[Any]
    total: int
    all_url: str

    @property
    def has_more(self) -> bool:
        """Return whether there are more rows than these."""
        return self.total > len(self.rows)


def rows_of(key: str, owner: Viewpoint | Field) -> tuple[Any, Order]:
    """Return the public rows of a kind under a viewpoint or in a field, and their order."""
    kind = KINDS[key]
    if isinstance(owner, Viewpoint):
        return kind.rows().for_viewpoint(owner), kind.order
    return kind.rows().in_field(owner), kind.order_in_field


def shelf(key: str, owner: Viewpoint | Field) -> Shelf:
    """Return the first rows of a kind on the page of a viewpoint or field, in a fixed number of queries."""
    kind, (rows, order) = KINDS[key], rows_of(key, owner)
    first = list(order.apply(rows.for_cards())[: kind.shown])
    return Shelf(key, kind.title, first, rows.count(), f"{owner.get_absolute_url()}{key}/")


def shelves(owner: Viewpoint | Field) -> dict[str, Shelf]:
    """Return the shelves of every kind on the page of a viewpoint or field, by key."""
    return {key: shelf(key, owner) for key in KINDS}


def viewpoints_with_counts() -> list[tuple[Viewpoint, list[tuple[StrOrPromise, int, int]]]]:
    """Return each viewpoint with (title, count, of which 【再掲】) for voices, indicators, cases and projects."""
    once = [(KINDS[key].title, KINDS[key].rows().count_by_viewpoint()) for key in ("voices", "indicators", "cases")]
    counts = [(title, {pk: (n, 0) for pk, n in found.items()}) for title, found in once]
    counts.append((KINDS["projects"].title, Project.objects.public().count_by_viewpoint()))
    return [
        (
            viewpoint,
            [
                (title, sum(found.get(viewpoint.pk, (0, 0))), found.get(viewpoint.pk, (0, 0))[1])
                for title, found in counts
            ],
        )
        for viewpoint in Viewpoint.objects.all()
    ]
