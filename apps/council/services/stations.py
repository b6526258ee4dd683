"""The station 取組 of 声のゆくえ: whether a public project answers a voice (a source of `consultations.services.stations`)."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from apps.consultations.models import Consultation, Proposal, Reply, Topic
from apps.consultations.services.stations import Kind, Reached, Station, build_stations, columns_of
from apps.council.models import Project


def projects_answering_row() -> Any:
    """Return the public projects that answer the proposal of the outer query, a topic that holds it, or its consultation."""
    topics = Topic.objects.public().filter(items__proposal=OuterRef(OuterRef("pk"))).order_by().values("pk")
    of_voice = Q(proposal=OuterRef("pk")) | Q(topic__in=topics) | Q(consultation=OuterRef("consultation_id"))
    return Project.objects.public().filter(of_voice).order_by()


def of_proposals() -> dict[str, Any]:
    """Return the columns of a list of proposals."""
    return {"has_project": Exists(projects_answering_row())}


def of_topics() -> dict[str, Any]:
    """Return the columns of a list of topics."""
    of_topic = Q(topic=OuterRef("pk")) | Q(consultation=OuterRef("consultation_id"))
    return {"has_project": Exists(Project.objects.public().filter(of_topic).order_by())}


def stations_of_project(project: Project) -> list[Station]:
    """Return the stations around a project: the voice or topic that it answers, the city's reply, plans and their grade."""
    own = project.get_absolute_url()
    reached = {Kind.PROJECT: Reached(url=own)}
    source = project.topic or project.proposal or project.consultation
    if source is not None and (source.is_published if isinstance(source, Consultation) else source.is_public):
        reached[Kind.VOICE] = Reached(url=source.get_absolute_url())
        proposals = [source.pk] if isinstance(source, Proposal) else []
        topics = [source.pk] if isinstance(source, Topic) else []
        if Reply.objects.public().to_any(proposals=proposals, topics=topics).exists():
            reached[Kind.REPLY] = Reached(url=f"{source.get_absolute_url()}#replies-title")
    columns = columns_of("of_projects")
    grade = Project.objects.filter(pk=project.pk).annotate(**columns).values_list(*columns)[0][0] if columns else None
    if grade is not None:
        plans = reverse("plans:cited", args=["project", project.slug])
        reached[Kind.PLAN] = Reached(url=plans)
        if grade:
            reached[Kind.GRADE] = Reached(grade, plans)
    return build_stations(reached, is_way=False)
