"""Promised reply dates (回答予定日) and their outcomes, by department."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.consultations.forms.answers import PromiseFilterForm
from apps.consultations.models import Consultation, Outcome, Proposal
from apps.consultations.models.answers.reply_deadline import promise_table, with_voices
from apps.consultations.views.consultation import BY_OPENING
from apps.core.pagination import read_page
from apps.core.spreadsheet import Column, csv_response

COLUMNS = [
    Column("title", "テーマ", "意見募集の題名"),
    Column("department", "担当課", "テーマの担当課"),
    Column("first_promise", "最初の回答予定日", "公開したときの回答予定日", "日付"),
    Column("reply_due_on", "いまの回答予定日", "日程を変更したときは変更後の日", "日付"),
    Column("answered_on", "回答した日", "テーマへの回答を最初に公開した日。空欄は未回答", "日付"),
    Column("outcome", "結果", "最初の回答予定日をもとにした区分。数え方は回答予定日と結果のページを参照"),
    Column("address", "アドレス", "テーマのページ"),
]


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """Show counts of outcomes by department; each links to the consultations behind it."""
    form = PromiseFilterForm(request.GET)
    filter_values, kept = form.values, form.kept
    of_departments = Consultation.objects.apply_promise_filter({**filter_values, "outcome": ""})
    lines = with_voices(promise_table(of_departments), Proposal.objects.count_answered(of_departments))
    rows = Consultation.objects.apply_promise_filter(filter_values).select_related("department")
    page = read_page(rows, BY_OPENING, name=f"answers:{form.query()}", cursor=filter_values["cursor"])
    context = {
        "form": form,
        "filter_values": filter_values,
        "lines": [_with_links(line, kept) for line in lines],
        "total": _with_links(_sum(lines), {key: value for key, value in kept.items() if key != "department"}),
        "outcomes": Outcome.choices,
        "unpromised": Consultation.objects.without_promise().count(),
        "page": page,
        "csv_query": form.query(),
        **form.page_urls(page),
    }
    return render(request, "consultations/answers.html", context)


def _sum(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the sum of all departments."""
    keys = ("promised", *Outcome.values, "voices", "answered")
    return {"code": "", "name": "", **{key: sum(line[key] for line in lines) for key in keys}}


def _with_links(line: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    """Return a line with its cells: a number and the URL of the list behind it (none behind zero)."""
    base = {**kept, **({"department": line["code"]} if line["code"] else {})}
    base.pop("outcome", None)
    cells = []
    for key in ("promised", *Outcome.values):
        query = base if key == "promised" else {**base, "outcome": key}
        cells.append({"n": line[key], "url": f"?{urlencode(query)}#list-title" if line[key] else ""})
    return {**line, "cells": cells}


@require_safe
def answers_csv(request: HttpRequest) -> FileResponse:
    """Send the consultations behind the table, as filtered, as CSV."""
    filter_values = PromiseFilterForm(request.GET).values
    rows: QuerySet[Any] = Consultation.objects.apply_promise_filter(filter_values).select_related("department")
    lines = (
        (
            row.title,
            row.department.name,
            row.first_promise,
            row.reply_due_on,
            row.answered_on,
            Outcome(row.outcome).label,
            f"{settings.SITE_URL}{row.get_absolute_url()}",
        )
        for row in rows.order_by("first_promise", "pk")
    )
    return csv_response(f"回答予定日と結果_{timezone.localdate():%Y%m%d}.csv", COLUMNS, lines)
