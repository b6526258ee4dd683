"""How many voices, replies, projects and graded plans there are: the living numbers of the home page."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.consultations.models import Consultation, ProposalCount, Reply
from apps.council.models import Project
from apps.plans.models import PlanSheet


@dataclass(frozen=True)
class Number:
    """A number, what it counts, its icon, and the page with the rows behind it."""

    label: str | Promise
    value: int
    icon: str
    url: str


def way_numbers() -> list[Number]:
    """Return the numbers along 声のゆくえ, in its order; public rows only."""
    counts = _counts(
        {
            "voice": ProposalCount.objects.in_announced_consultations(),
            "reply": Reply.objects.public(),
            "answer": Consultation.objects.public().answered(),
            "project": Project.objects.public(),
            "grade": PlanSheet.objects.public(),
        }
    )
    replies = counts["reply"] + counts["answer"]
    return [
        Number(_("みんなの声"), counts["voice"], "way-voice", reverse("consultations:list")),
        Number(_("市の回答"), replies, "way-reply", reverse("consultations:answers")),
        Number(_("動き出した取組"), counts["project"], "way-project", reverse("council:projects")),
        Number(_("評価した計画"), counts["grade"], "way-grade", reverse("plans:list")),
    ]


def _counts(rows: dict[str, QuerySet[Any]]) -> dict[str, int]:
    """Return how many rows each queryset has, or the sum of its kept counts, by its name; in one statement."""
    first, *others = [
        query.order_by()
        .annotate(counted=Value(name))
        .values("counted")
        .annotate(number=Coalesce(Sum("n"), 0) if query.model is ProposalCount else Count("*"))
        .values_list("counted", "number")
        for name, query in rows.items()
    ]
    return dict.fromkeys(rows, 0) | dict(first.union(*others, all=True))
