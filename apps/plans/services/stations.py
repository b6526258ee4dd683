"""The stations 計画 and 評価 of 声のゆくえ: the plan sheet that a voice led to, and that year's grade (a source of
`consultations.services.stations`).
"""

from typing import Any

from django.db.models import OuterRef, Q, Subquery, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from apps.consultations.models import Topic
from apps.council.models import Project
from apps.plans.models import PlanSheet, SheetLink


def _grade_of_latest(links: Any) -> Subquery:
    """Return the grade of the latest public sheet behind these links: its code, "" without one, NULL without a sheet."""
    grade = KeyTextTransform("code", KeyTextTransform("grade", "sheet__frozen"))
    latest = links.filter(sheet__in=PlanSheet.objects.public()).order_by("-sheet__year", "-pk")
    return Subquery(latest.annotate(code=Coalesce(grade, Value(""), output_field=TextField())).values("code")[:1])


def of_proposals() -> dict[str, Any]:
    """Return the columns of a list of proposals; the same links as `SheetLink.objects.leading_to` follows."""
    inner = OuterRef(OuterRef("pk"))
    topics = Topic.objects.public().filter(items__proposal=inner).order_by().values("pk")
    held_by = Topic.objects.public().filter(items__proposal=OuterRef(inner)).order_by().values("pk")
    projects = Project.objects.public().filter(
        Q(proposal=inner) | Q(topic__in=held_by) | Q(consultation=OuterRef(OuterRef("consultation_id")))
    )
    links = SheetLink.objects.filter(
        Q(proposal=OuterRef("pk"))
        | Q(topic__in=topics)
        | Q(consultation=OuterRef("consultation_id"))
        | Q(project__in=projects.order_by().values("pk"))
    )
    return {"plan_grade": _grade_of_latest(links)}


def of_topics() -> dict[str, Any]:
    """Return the columns of a list of topics."""
    projects = Project.objects.public().filter(
        Q(topic=OuterRef(OuterRef("pk"))) | Q(consultation=OuterRef(OuterRef("consultation_id")))
    )
    links = SheetLink.objects.filter(
        Q(topic=OuterRef("pk"))
        | Q(consultation=OuterRef("consultation_id"))
        | Q(project__in=projects.order_by().values("pk"))
    )
    return {"plan_grade": _grade_of_latest(links)}


def of_projects() -> dict[str, Any]:
    """Return the columns of a list of projects."""
    return {"plan_grade": _grade_of_latest(SheetLink.objects.filter(project=OuterRef("pk")))}
