"""An edition of the report as its page shows it."""

from typing import Any

from django.utils.translation import gettext as _

from apps.core.date_formats import fiscal_label
from apps.participation.models import ParticipationEdition
from apps.participation.services.report_files import amount_of, figure_of, number, period_of, units_of


def page_of(edition: ParticipationEdition) -> dict[str, Any]:
    """Return the context of an edition: totals beside those of former years, tables, and every line in words."""
    figures = edition.figures
    former = [dict(totals) for _year, totals in figures["former"]]
    return {
        "edition": edition,
        "figures": figures,
        "totals_head": [fiscal_label(figures["year"]), *(fiscal_label(year) for year, _totals in figures["former"])],
        "totals": [
            (_(name), [number(n), *(number(totals.get(name)) for totals in former)], _difference(name, n, former))
            for name, n in figures["totals"]
        ],
        "kinds": [(name, n, units_of(units)) for name, n, units in figures["kinds"]],
        "methods": [(_(label), n) for label, n in figures["methods"]],
        "acts": [{**row, "words": figure_of(row), "period": period_of(row)} for row in figures["acts"]],
        "collaborations": [_collaboration(row) for row in figures["collaborations"]],
    }


def _collaboration(row: dict[str, Any]) -> dict[str, Any]:
    """Return a collaboration in the reader's words."""
    method = row["method"]
    return {**row, "words": amount_of(row), "method": _(method)}


def _difference(name: str, n: int | None, former: list[dict[str, Any]]) -> str:
    """Return the change from the year before with its sign; empty where one of both is not known."""
    before = former[0].get(name) if former else None
    if n is None or before is None:
        return ""
    return f"{n - before:+,}" if n != before else "±0"
