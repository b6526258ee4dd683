"""The years, the tree of a year, and one sheet in the order of the paper form."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.htmx_parts import is_part_wanted
from apps.core.pagination import Order, read_page
from apps.plans import year_statistics
from apps.plans.forms import EditionForm, TreeFilterForm
from apps.plans.models import PlanSheet, Report, SheetLine, SheetLink
from apps.plans.models.links import public_target
from apps.plans.services.sheet_search import search_sheets
from apps.plans.sheet_page import page_of

MOST_LIKED = Order(("like_total", "pk"))


@require_safe
def years(request: HttpRequest) -> HttpResponse:
    """Every year that has published sheets, with its grades."""
    sheets = list(PlanSheet.objects.public().for_tree())
    counted = [
        {"year": year, "counts": grade_counts(found), "total": len(found)}
        for year in sorted({sheet.year for sheet in sheets}, reverse=True)
        for found in [[sheet for sheet in sheets if sheet.year == year]]
    ]
    return render(request, "plans/year_list.html", {"years": counted, "legend": year_statistics.legend(sheets)})


def grade_counts(sheets: list[PlanSheet]) -> list[tuple[str, str, int]]:
    """(letter, official wording, number) for each grade that is used."""
    letters = [year_statistics.grade_of(sheet) for sheet in sheets]
    return [(code, words, letters.count(code)) for code, words in year_statistics.legend(sheets)]


@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """方針 > 基本的取組 > プラン of a year, with counts beside those of the year before."""
    sheets = list(PlanSheet.objects.public().in_year(year).for_tree())
    if not sheets:
        raise Http404(_("この年度のプランは、まだ公表されていません。"))
    before = list(PlanSheet.objects.public().in_year(year - 1).for_tree())
    form = TreeFilterForm(request.GET, sheets=sheets)
    chosen = form.values
    narrowed = PlanSheet.objects.public().in_year(year).of_department(chosen["department"]).graded(chosen["grade"])
    shown = list(search_sheets(narrowed, chosen["q"]))
    lines = SheetLine.objects.public().of_year(year).search(chosen["q"]).with_sheet()[:50] if chosen["q"] else []
    context = {
        "year": year,
        "form": form,
        "is_filtered": any(chosen.values()),
        "shown": shown,
        "total": len(sheets),
        "branches": year_statistics.grow(sheets, before, shown),
        "departments": year_statistics.by_department(sheets, before),
        "counts": grade_counts(sheets),
        "legend": year_statistics.legend([*sheets, *before]),
        "has_before": bool(before),
        "lines": lines,
        "report": Report.objects.public().of_year(year).exists(),
    }
    return render(request, "plans/year_detail.html", context)


@require_safe
def sheet(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """One plan in one year, as on paper; the last published edition, or `?edition=n`."""
    editions = list(PlanSheet.objects.published().in_year(year).numbered(number).for_page())
    wanted = EditionForm(request.GET).number()
    shown = next((found for found in editions if wanted in {None, found.edition}), None)
    if shown is None:
        raise Http404
    context = page_of(shown, editions)
    return render(request, "plans/sheet_detail.html", context)


@require_safe
def voices(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """The voices behind a sheet, page by page, the most liked first."""
    shown = PlanSheet.objects.public().in_year(year).numbered(number).for_page().first()
    if shown is None:
        raise Http404
    found = SheetLink.objects.of_sheet(shown).voices()
    cursor = request.GET.get("cursor", "")[:400]
    page = read_page(found.for_lists(), MOST_LIKED, name=f"sheet:{shown.pk}", cursor=cursor)
    context = {
        "sheet": shown,
        "page": page,
        "count": found.count(),
        **page.urls({}),
    }
    return render(request, "plans/sheet_voices.html", context)


@require_safe
def cited(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The way back: which sheets of which years have to do with a voice, consultation, project or indicator."""
    target = public_target(kind, key[:80])
    if target is None:
        raise Http404
    part = is_part_wanted(request)
    context = {"target": target, "links": SheetLink.objects.leading_to(target), "words": words_of(target)}
    return render(request, "plans/_cited.html" if part else "plans/cited.html", context)


def words_of(target: Any) -> str:
    """How the thing is called on the page."""
    return f"{target.code} {target.heading}" if hasattr(target, "heading") else str(target)
