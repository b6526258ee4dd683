"""The five stations of 声のゆくえ: voice, the city's reply, project, plan, the year's grade.

A list asks for them in the same statement as its rows: `with_stations` adds one column a station. This app knows the
first two; upper apps give the others, in the modules that `settings.STATION_SOURCES` names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.consultations.models import Proposal, Reply, Topic

Rows = TypeVar("Rows", bound=models.QuerySet[Any])


class Kind(models.TextChoices):
    """A station, in the order of the way."""

    VOICE = "voice", _("声")
    REPLY = "reply", _("市の回答")
    PROJECT = "project", _("取組")
    PLAN = "plan", _("計画")
    GRADE = "grade", _("評価")


class State(models.TextChoices):
    """Whether the way came to a station: so far, as the next one, or not yet."""

    DONE = "done", _("済み")
    NEXT = "next", _("次")
    LATER = "later", _("これから")
    ABSENT = "absent", _("つながりの登録なし")


@dataclass(frozen=True)
class Station:
    """One station: its kind, how far it is, a word more about it (a number, the grade) and the page behind it."""

    kind: Kind
    state: State
    detail: str = ""
    url: str = ""

    @property
    def icon(self) -> str:
        """The name of its icon."""
        return f"way-{self.kind.value}"


@dataclass(frozen=True)
class Reached:
    """What is known of a station that was reached."""

    detail: str = ""
    url: str = ""


def build_stations(reached: Mapping[Kind, Reached], *, is_way: bool = True) -> list[Station]:
    """Return the five stations.

    is_way: of a voice, which goes on from the first station that it has not reached; a project or a sheet stands in the
    middle, and what is not tied to it is absent.
    """
    missing = [kind for kind in Kind if kind not in reached]
    states = dict.fromkeys(missing, State.LATER if is_way else State.ABSENT)
    if is_way and missing:
        states[missing[0]] = State.NEXT
    return [
        Station(kind, State.DONE, reached[kind].detail, reached[kind].url)
        if kind in reached
        else Station(kind, states[kind])
        for kind in Kind
    ]


@cache
def _sources() -> list[Any]:
    """Return the modules of upper apps that know the later stations."""
    return [import_module(name) for name in settings.STATION_SOURCES]


def with_stations(rows: Rows) -> Rows:
    """Annotate proposals or topics with what `stations_of` needs; no further statement, whatever the number of rows."""
    name = {Proposal: "of_proposals", Topic: "of_topics"}[rows.model]
    return rows.annotate(has_reply=_reply_to(rows.model), **columns_of(name))


def columns_of(name: str) -> dict[str, Any]:
    """Return the columns that upper apps add to a list. name: of the function in their modules, such as "of_projects"."""
    columns: dict[str, Any] = {}
    for source in _sources():
        if hasattr(source, name):
            columns |= getattr(source, name)()
    return columns


def _reply_to(model: type[models.Model]) -> Any:
    """Return the condition that the city replied: to the voice, to a topic that holds it."""
    published = Reply.objects.published()
    if model is Topic:
        return Exists(published.filter(topic=OuterRef("pk")))
    return Exists(published.filter(proposal=OuterRef("pk"))) | Exists(
        Topic.objects.public().filter(items__proposal=OuterRef("pk"), replies__published_at__isnull=False)
    )


def stations_of(row: Any) -> list[Station]:
    """Return the stations of a proposal or topic that was read `with_stations`.

    has_reply, has_project, plan_grade: the columns; plan_grade is None without a plan line, "" without a grade.
    An answer to the consultation as a whole is a reply to each of its voices.
    """
    own = row.get_absolute_url()
    onward = (
        reverse("portal:timeline", args=[row.code])
        if isinstance(row, Proposal)
        else reverse("plans:cited", args=["topic", row.code])
    )
    reached = {Kind.VOICE: Reached(url=f"{own}#voices-title" if isinstance(row, Topic) else own)}
    if row.has_reply:
        reached[Kind.REPLY] = Reached(url=f"{own}#replies-title")
    elif row.consultation.answered_at:
        reached[Kind.REPLY] = Reached(url=f"{row.consultation.get_absolute_url()}#answer-title")
    if row.has_project:
        reached[Kind.PROJECT] = Reached(url=onward)
    if row.plan_grade is not None:
        reached[Kind.PLAN] = Reached(url=onward)
    if row.plan_grade:
        reached[Kind.GRADE] = Reached(row.plan_grade, onward)
    return build_stations(reached)
