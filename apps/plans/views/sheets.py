"""Views of plans: the years, the tree of a year, one sheet in the order of the paper form."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.consultations.models import Proposal
from apps.consultations.services.stations import with_stations
from apps.core.htmx_parts import is_part_wanted
from apps.core.images import share_image
from apps.core.pagination import Order, read_page
from apps.plans.forms import EditionForm, TreeFilterForm
from apps.plans.models import PlanSheet, Report, SheetLine, SheetLink
from apps.plans.models.links import Target, public_target
from apps.plans.services import year_statistics
from apps.plans.services.plan_years import years_of
from apps.plans.services.share_card import DRAWING, card_of
from apps.plans.services.sheet_page import page_of
from apps.plans.services.sheet_search import search_sheets
from apps.vision.pictures import DRAWINGS

MOST_LIKED = Order(("like_total", "pk"))


@require_safe
def years(request: HttpRequest) -> HttpResponse:
    """Render every year that has public sheets, with its grades."""
    sheets = list(PlanSheet.objects.public().for_tree())
    by_year: dict[int, list[PlanSheet]] = {}
    for sheet in sorted(sheets, key=lambda sheet: sheet.year, reverse=True):
        by_year.setdefault(sheet.year, []).append(sheet)
    rows = [{"year": year, "counts": grade_counts(own), "total": len(own)} for year, own in by_year.items()]
    return render(request, "plans/year_list.html", {"years": rows, "legend": year_statistics.shown_legend(sheets)})


def grade_counts(sheets: list[PlanSheet]) -> list[tuple[str, str, int]]:
    """Return (code, wording, number of sheets) for each grade that is used."""
    codes = [year_statistics.grade_of(sheet) for sheet in sheets]
    return [(code, words, codes.count(code)) for code, words in year_statistics.shown_legend(sheets)]


@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Render 方針 > 基本的取組 > プラン of a year, with counts beside those of the year before."""
    sheets = list(PlanSheet.objects.public().in_year(year).for_tree())
    if not sheets:
        raise Http404(_("この年度のプランは、まだ公表されていません。"))
    before = list(PlanSheet.objects.public().in_year(year - 1).for_tree())
    form = TreeFilterForm(request.GET, sheets=sheets)
    values = form.values
    narrowed = PlanSheet.objects.public().in_year(year).of_department(values["department"]).graded(values["grade"])
    matches = list(search_sheets(narrowed, values["q"]))
    lines = SheetLine.objects.public().of_year(year).search(values["q"]).with_sheet()[:50] if values["q"] else []
    context = {
        "year": year,
        "form": form,
        "is_filtered": any(values.values()),
        "sheets": matches,
        "total": len(sheets),
        "branches": year_statistics.grow(sheets, before, matches),
        "departments": year_statistics.by_department(sheets, before),
        "counts": grade_counts(sheets),
        "legend": year_statistics.shown_legend([*sheets, *before]),
        "has_before": bool(before),
        "lines": lines,
        "report": Report.objects.public().of_year(year).exists(),
    }
    return render(request, "plans/year_detail.html", context)


@require_safe
def sheet(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Render one plan in one year, as on paper: the last published edition, or `?edition=n`."""
    editions = list(PlanSheet.objects.published().in_year(year).numbered(number).for_page())
    edition_number = EditionForm(request.GET).number()
    sheet = next((edition for edition in editions if edition_number in {None, edition.edition}), None)
    if sheet is None:
        raise Http404
    return render(request, "plans/sheet_detail.html", page_of(sheet, editions))


@require_safe
def plan_years(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Render the plan of a public sheet across all its years."""
    sheet = PlanSheet.objects.public().in_year(year).numbered(number).for_tree().first()
    if sheet is None:
        raise Http404
    return render(request, "plans/plan_years.html", {"sheet": sheet, "rows": years_of(sheet.plan_id)})


@require_safe
def sheet_image(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Send the picture of a sheet for sharing (og:image): its last published edition."""
    sheet = PlanSheet.objects.public().in_year(year).numbered(number).for_tree().first()
    if sheet is None:
        raise Http404
    return share_image(request, "share-sheet", f"{year}-{number}", card_of(sheet), DRAWINGS[DRAWING].file)


@require_safe
def proposals(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Render the proposals behind a sheet with cursor pagination, the most liked first."""
    sheet = PlanSheet.objects.public().in_year(year).numbered(number).for_page().first()
    if sheet is None:
        raise Http404
    proposals = SheetLink.objects.of_sheet(sheet).proposals()
    cursor = request.GET.get("cursor", "")[:400]
    page = read_page(with_stations(proposals.for_lists()), MOST_LIKED, name=f"sheet:{sheet.pk}", cursor=cursor)
    context = {
        "sheet": sheet,
        "page": page,
        "count": proposals.count(),
        **page.urls({}),
    }
    return render(request, "plans/sheet_proposals.html", context)


@require_safe
def cited(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Render the backlinks: which sheets of which years link to a proposal, consultation, project or indicator."""
    target = public_target(kind, key[:80])
    if target is None:
        raise Http404
    part = is_part_wanted(request)
    context = {"target": target, "links": SheetLink.objects.leading_to(target), "words": target_title(target)}
    return render(request, "plans/_cited.html" if part else "plans/cited.html", context)


def target_title(target: Target) -> str:
    """Return the name of a target on the page."""
    return f"{target.code} {target.heading}" if isinstance(target, Proposal) else str(target)
