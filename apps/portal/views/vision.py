"""Views of ビジョン: the overview, a viewpoint, a field, and the full lists behind them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.consultations.models import ChosenVoice
from apps.core.pagination import read_page
from apps.portal.services import vision
from apps.vision.models import Field, Indicator, Viewpoint, VisionText

INDICATORS_SHOWN = 12


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the overview of what the city aims at."""
    texts = {text.slug: text for text in VisionText.objects.select_related("source")}
    indicators = Indicator.objects.public().for_cards()
    context = {
        "town": texts.pop("town", None),
        "about_viewpoints": texts.pop("viewpoints", None),
        "about_fields": texts.pop("fields", None),
        "texts": list(texts.values()),
        "viewpoints": vision.viewpoints_with_counts(),
        "fields": Field.objects.all(),
        "indicators": indicators[:INDICATORS_SHOWN],
        "indicator_count": indicators.count(),
    }
    return render(request, "portal/vision.html", context)


@require_safe
def viewpoint(request: HttpRequest, number: int) -> HttpResponse:
    """Show a viewpoint: voices, indicators, digital cases, projects."""
    viewpoint = get_object_or_404(Viewpoint, number=number)
    context = {
        "viewpoint": viewpoint,
        "viewpoints": Viewpoint.objects.all(),
        "shelves": vision.shelves(viewpoint),
        "gone": ChosenVoice.objects.for_viewpoint(viewpoint).gone().count(),
    }
    return render(request, "portal/viewpoint_detail.html", context)


@require_safe
def field(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a field: what is hoped for in it, and everything that belongs to it."""
    field = get_object_or_404(Field, slug=slug)
    shelves = [shelf for shelf in vision.shelves(field).values() if shelf.total]
    context = {"field": field, "fields": Field.objects.all(), "shelves": shelves}
    return render(request, "portal/field_detail.html", context)


@require_safe
def viewpoint_list(request: HttpRequest, number: int, key: str) -> HttpResponse:
    """List all rows of one kind under a viewpoint."""
    return _full_list(request, get_object_or_404(Viewpoint, number=number), key)


@require_safe
def field_list(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """List all rows of one kind in a field."""
    return _full_list(request, get_object_or_404(Field, slug=slug), key)


def _full_list(request: HttpRequest, owner: Viewpoint | Field, key: str) -> HttpResponse:
    """Render all rows of one kind, page by page. Raises 404 for an unknown kind."""
    if key not in vision.KINDS:
        raise Http404
    rows, order = vision.rows_of(key, owner)
    name, cursor = owner.get_absolute_url() + key, request.GET.get("cursor", "")[:400]
    page = read_page(rows.for_cards(), order, name=name, cursor=cursor)
    context = {
        "owner": owner,
        "key": key,
        "title": vision.KINDS[key].title,
        "page": page,
        "newer_url": f"?cursor={page.newer}" if page.newer else "",
        "older_url": f"?cursor={page.older}" if page.older else "",
    }
    return render(request, "portal/vision_list.html", context)
