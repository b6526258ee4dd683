"""The figures and rows of a result: worked out once, frozen in its edition, the source of page, CSV, XLSX and PDF."""

from collections import Counter
from typing import Any

from django.db.models import Count, Max
from django.utils import translation

from apps.core.text import fold
from apps.public_comments.models import (
    Case,
    Channel,
    CityView,
    Opinion,
    OpinionPoint,
    ResultEdition,
    Sender,
    State,
    ViewKind,
)


def next_edition(case: Case) -> ResultEdition:
    """Return the next edition of a case's result, unsaved."""
    last = case.results.aggregate(n=Max("edition"))["n"] or 0
    with translation.override("ja"):  # a record speaks one language, whoever made it
        return ResultEdition(case=case, edition=last + 1, figures=figures_of(case))


def figures_of(case: Case) -> dict[str, Any]:
    """Return all that a result says, as JSON values.

    通数 (letters), 人数 (people and groups, each once) and 件数 (points) are different figures and never added.
    """
    accepted = Opinion.objects.filter(case=case, state=State.ACCEPTED)
    channels = dict(accepted.order_by().values_list("channel").annotate(n=Count("pk")))
    rows = [_row(view, case) for view in CityView.objects.filter(case=case).in_order().with_counts()]
    points = OpinionPoint.objects.of_case(case)
    by_kind = Counter[str]()
    for row in rows:
        by_kind[row["kind"]] += row["points"]
    return {
        "title": case.title,
        "department": case.department.name,
        "version": str(case.version),
        "version_url": case.version.get_absolute_url(),
        "opens_on": case.opens_on.isoformat(),
        "closes_on": case.closes_on.isoformat(),
        "opinions": accepted.count(),
        "people": _people(case),
        "points": points.count(),
        "left_out": [
            [reason, n]
            for reason, n in points.exclude(out_of_scope="")
            .order_by("out_of_scope")
            .values_list("out_of_scope")
            .annotate(n=Count("pk"))
        ],
        "channels": [[value, channels.get(value, 0)] for value in Channel.values],
        "excluded": [
            [reason, n]
            for reason, n in Opinion.objects.filter(case=case, state=State.EXCLUDED)
            .order_by("excluded_reason")
            .values_list("excluded_reason")
            .annotate(n=Count("pk"))
        ],
        "kinds": [[kind.name, kind.meaning, by_kind[kind.name]] for kind in ViewKind.objects.all()],
        "rows": [{**row, "number": number} for number, row in enumerate(rows, start=1)],
    }


def _row(view: CityView, case: Case) -> dict[str, Any]:
    """Return one row of the table."""
    section, changed = view.section, view.changed_section
    return {
        "section": str(section) if section else "",
        "section_url": f"{case.version.get_absolute_url()}#{section.key}" if section else "",
        "summary": view.summary,
        "points": view.point_count,
        "opinions": view.opinion_count,
        "kind": view.kind.name if view.kind else "",
        "text": view.text,
        "changed": f"{changed.version.label} {changed}" if changed else "",
        "changed_url": changed.get_absolute_url() if changed else "",
    }


def _people(case: Case) -> dict[str, int] | None:
    """Return how many persons and groups sent accepted opinions, each once by name and address.

    A later edition repeats the first one: names may be deleted by then. None for a first one after that day.
    """
    first = case.results.order_by("edition").first()
    if first is not None:
        people: dict[str, int] | None = first.figures["people"]
        return people
    senders = Sender.objects.filter(opinion__case=case, opinion__state=State.ACCEPTED)
    rows = list(senders.values_list("opinion__is_group", "name", "address"))
    if len(rows) < case.opinions.accepted().count():
        return None
    seen = {(is_group, _plain(name), _plain(address)) for is_group, name, address in rows}
    groups = sum(is_group for is_group, _name, _address in seen)
    return {"persons": len(seen) - groups, "groups": groups}


def _plain(words: str) -> str:
    """Return words for comparison: folded, without blanks."""
    return "".join(fold(words).split())
