"""The rows of the yearly survey of which the table of visibility speaks."""

from collections.abc import Callable, Iterator
from typing import Any

from apps.participation.actions import send_back_report
from tests.participation.factories import program, published, requested, single_report, submitted, this_year

Rows = Iterator[tuple[str, Any]]


def years(_world: Any) -> Rows:
    yield "with a published report", published(requested(year=2021)).year
    yield "that departments are asked about", this_year(year=2022)


def reports(world: Any) -> Rows:
    yield "writing, of the own department", single_report(world.department, 2019)
    yield "writing, of another department", single_report(world.elsewhere, 2019)
    yield "submitted, of the own department", submitted(single_report(world.department, 2016))
    returned = submitted(single_report(world.elsewhere, 2016))
    send_back_report(report=returned, remark="延人数を確かめてください。", by=None)
    yield "returned, to another department", returned
    done = published(requested(world.department, year=2018)).year
    yield "confirmed and published, of the own department", done.reports.get(department=world.department)


def editions(_world: Any) -> Rows:
    yield "published", published(requested(year=2017))


def programs(world: Any) -> Rows:
    yield "public", program(world.elsewhere)
    yield "draft of the own department", program(world.department, is_public=False)
    yield "draft of another department", program(world.elsewhere, is_public=False)


MAKERS: dict[str, Callable[[Any], Rows]] = {
    "participation.ParticipationEdition": editions,
    "participation.ParticipationProgram": programs,
    "participation.ParticipationReport": reports,
    "participation.ParticipationYear": years,
}
