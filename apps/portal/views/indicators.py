"""Views of 指標: the filtered list, an indicator through the years, its values as CSV."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.core.pagination import read_page
from apps.core.spreadsheet import csv_response
from apps.portal.forms import IndicatorFilterForm
from apps.portal.services.vision import AS_ORDERED
from apps.vision.models import VALUE_COLUMNS, Indicator


@require_safe
def indicator_list(request: HttpRequest) -> HttpResponse:
    """List indicators, filtered by viewpoint, field, words and target status."""
    form = IndicatorFilterForm(request.GET)
    rows = Indicator.objects.public().apply_filter(form.values).for_cards()
    page = read_page(rows, AS_ORDERED, name=f"indicators:{form.query()}", cursor=request.GET.get("cursor", "")[:400])
    context = {
        "form": form,
        "page": page,
        "is_filtered": bool(form.kept),
        **form.page_urls(page),
    }
    return render(request, "portal/indicator_list.html", context)


@require_safe
def indicator(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an indicator: its values by year, its target, the gap to it."""
    indicator = get_object_or_404(Indicator.objects.public().with_values().with_taxonomy(), slug=slug)
    return render(request, "portal/indicator_detail.html", {"indicator": indicator})


@require_safe
def values_csv(request: HttpRequest, slug: str) -> FileResponse:
    """Export the values of an indicator as CSV."""
    indicator = get_object_or_404(Indicator.objects.public().with_values(), slug=slug)
    rows = (value.as_row() for value in indicator.series)
    return csv_response(f"{indicator.title}.csv", VALUE_COLUMNS, rows)
