"""The figures and lines of a year's report: worked out once, frozen in its edition, the source of page, CSV, XLSX and PDF."""

from collections import Counter
from typing import Any

from django.db.models import Max
from django.utils import timezone, translation

from apps.council.models import Method
from apps.participation.models import (
    CollaborationEntry,
    ParticipationAct,
    ParticipationEdition,
    ParticipationReport,
    ParticipationYear,
    ProcedureKind,
    Unit,
)

FORMER = 3  # years beside which a report is set


def next_edition(year: ParticipationYear) -> ParticipationEdition:
    """Return the next edition of a year's report, unsaved."""
    last = year.editions.aggregate(n=Max("edition"))["n"] or 0
    with translation.override("ja"):  # a record speaks one language, whoever made it
        return ParticipationEdition(year=year, edition=last + 1, figures=figures_of(year))


def figures_of(year: ParticipationYear) -> dict[str, Any]:
    """Return all that the report says, as JSON values.

    事業, 手続 and each unit (実人数, 延人数, 件数, 通数) are figures of their own and never added to each other.
    """
    reports = list(year.reports.in_order())
    acts = [_act(number, row) for number, row in enumerate(_acts(year), start=1)]
    entries = [_collaboration(number, row) for number, row in enumerate(_collaborations(year), start=1)]
    return {
        "year": year.year,
        "departments": len(reports),
        "totals": totals_of(acts, entries),
        "kinds": _kinds(acts),
        "methods": [[str(label), sum(row["method"] == label for row in entries)] for _value, label in Method.choices],
        "former": _former(year),
        "by_department": [_department(report, acts, entries) for report in reports],
        "acts": acts,
        "collaborations": entries,
    }


def totals_of(acts: list[dict[str, Any]], entries: list[dict[str, Any]]) -> list[list[Any]]:
    """Return [name, total] of a year in their order. A unit that no line uses is None, which is not 0."""
    projects = len({(row["department"], row["title"]) for row in acts})
    totals: list[list[Any]] = [["事業", projects], ["手続", len(acts)]]
    for label in map(str, Unit.labels):
        found = [row["figure"] for row in acts if row["unit"] == label and row["figure"] is not None]
        totals.append([label, sum(found) if found else None])
    amounts = [row["amount"] for row in entries if row["amount"] is not None]
    return [*totals, ["協働", len(entries)], ["協働に市が出した金額（円）", sum(amounts) if amounts else None]]


def _acts(year: ParticipationYear) -> Any:
    rows = ParticipationAct.objects.filter(report__year=year).select_related("report__department", "kind")
    return rows.order_by("report__department__order", "report__department__code", "pk")


def _collaborations(year: ParticipationYear) -> Any:
    rows = CollaborationEntry.objects.filter(report__year=year).select_related("report__department")
    return rows.order_by("report__department__order", "report__department__code", "pk")


def _act(number: int, act: ParticipationAct) -> dict[str, Any]:
    """Return a procedure as a line of the report."""
    return {
        "number": number,
        "department": act.report.department_name,
        "title": act.title,
        "kind": act.kind.name,
        "times": act.times,
        "starts_on": act.starts_on.isoformat() if act.starts_on else "",
        "ends_on": act.ends_on.isoformat() if act.ends_on else "",
        "figure": act.figure,
        "unit": str(act.get_unit_display()) if act.unit else "",
        "state": "該当なし" if act.is_not_applicable else "記録なし" if act.figure is None else "数値",
        "how_counted": act.how_counted,
        "outcome": act.outcome,
        "issue": act.issue,
        "source": act.source_path,
        "known_on": timezone.localdate(act.known_at).isoformat() if act.known_at else "",
    }


def _collaboration(number: int, entry: CollaborationEntry) -> dict[str, Any]:
    """Return a collaboration as a line of the report."""
    return {
        "number": number,
        "department": entry.report.department_name,
        "title": entry.title,
        "method": str(entry.get_method_display()),
        "partner": entry.partner,
        "amount": entry.amount,
        "state": "該当なし" if entry.is_not_applicable else "記録なし" if entry.amount is None else "数値",
        "result": entry.result,
        "issue": entry.issue,
    }


def _kinds(acts: list[dict[str, Any]]) -> list[list[Any]]:
    """Return [name, 手続, [[unit, total], …]] of each kind that is used or offered."""
    found = Counter(row["kind"] for row in acts)
    names = [kind.name for kind in ProcedureKind.objects.all() if kind.is_offered or found[kind.name]]
    result = []
    for name in names:
        by_unit: Counter[str] = Counter()
        for row in acts:
            if row["kind"] == name and row["figure"] is not None:
                by_unit[row["unit"]] += row["figure"]
        result.append([name, found[name], [[unit, total] for unit, total in by_unit.items()]])
    return result


def _department(report: ParticipationReport, acts: list[dict[str, Any]], entries: list[dict[str, Any]]) -> list[Any]:
    """Return [name, 手続, 協働] of a department."""
    name = report.department_name
    return [name, sum(row["department"] == name for row in acts), sum(row["department"] == name for row in entries)]


def _former(year: ParticipationYear) -> list[list[Any]]:
    """Return [year, totals] of the newest editions of years before, as they were published."""
    editions = ParticipationEdition.objects.newest().filter(year__year__lt=year.year)[:FORMER]
    return [[edition.year.year, edition.figures["totals"]] for edition in editions]
