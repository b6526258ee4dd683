"""回答の約束: what the city promised to answer, and what became of it, by department."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.consultations.forms.answers import PromiseFilterForm
from apps.consultations.models import Consultation, Outcome
from apps.consultations.models.promise import promise_table
from apps.consultations.views.consultation import BY_OPENING, links
from apps.core.pagination import read_page


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """Promised, kept, moved, late and waiting by department; each number leads to the consultations behind it."""
    form = PromiseFilterForm(request.GET)
    chosen = form.values()
    kept = _address(chosen)
    lines = promise_table(Consultation.objects.with_promise_chosen({**chosen, "outcome": ""}))
    rows = Consultation.objects.with_promise_chosen(chosen).select_related("department")
    page = read_page(rows, BY_OPENING, name=f"answers:{urlencode(kept)}", cursor=chosen["cursor"])
    context = {
        "form": form,
        "chosen": chosen,
        "lines": [_with_links(line, kept) for line in lines],
        "total": _with_links(_sum(lines), {key: value for key, value in kept.items() if key != "department"}),
        "outcomes": Outcome.choices,
        "unpromised": Consultation.objects.without_promise().count(),
        "page": page,
        "csv_query": urlencode(kept),
        **links(page, kept),
    }
    return render(request, "consultations/answers.html", context)


def _address(chosen: dict[str, Any]) -> dict[str, Any]:
    """The filter as it stands in an address."""
    return {
        key: getattr(value, "code", value) for key, value in chosen.items() if value and key not in {"cursor", "csv"}
    }


def _sum(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """All departments together."""
    keys = ("promised", *Outcome.values)
    return {"code": "", "name": "", **{key: sum(line[key] for line in lines) for key in keys}}


def _with_links(line: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    """A line with its cells: a number, and the address of the list behind it (none behind zero)."""
    base = {**kept, **({"department": line["code"]} if line["code"] else {})}
    base.pop("outcome", None)
    cells = []
    for key in ("promised", *Outcome.values):
        query = base if key == "promised" else {**base, "outcome": key}
        cells.append({"n": line[key], "url": f"?{urlencode(query)}#list-title" if line[key] else ""})
    return {**line, "cells": cells}
