"""The drawings of the site, to look at and to take: as they are (SVG), or as PNG for paper and slides."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.core.images import drawing_image
from apps.vision.pictures import DRAWINGS, LICENCE


@require_safe
def pictures(request: HttpRequest) -> HttpResponse:
    """List every drawing with its words, its licence and its files."""
    return render(request, "portal/pictures.html", {"drawings": DRAWINGS.values(), "licence": LICENCE})


@require_safe
def drawing_png(request: HttpRequest, key: str) -> HttpResponse:
    """Send a drawing as PNG, 1920 × 1080 pixels."""
    if key not in DRAWINGS:
        raise Http404
    return drawing_image(request, DRAWINGS[key].file)
