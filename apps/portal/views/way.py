"""声のゆくえ: from one voice to the city's reply, the projects and the plan lines that have to do with it, and their grades."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.consultations.models import Proposal
from apps.consultations.models.way import replies_about, way_of
from apps.council.models import Challenge, Project
from apps.plans.models import SheetLink

MOST = 20


@require_safe
def way(request: HttpRequest, code: str) -> HttpResponse:
    """All of the way on one page; the part beyond the reply for htmx, which the page of the voice loads in place."""
    voice = get_object_or_404(Proposal.objects.public().for_lists(), code=code.upper())
    context: dict[str, Any] = {
        "proposal": voice,
        "challenges": Challenge.objects.public().from_voice(voice).for_lists()[:MOST],
        "projects": Project.objects.public().answering(voice).newest().for_cards()[:MOST],
        "links": SheetLink.objects.on_the_way_of(voice)[:MOST],
    }
    if cast("Any", request).htmx:
        return render(request, "portal/_way.html", context)
    context["replies"] = replies_about(voice)
    context["way"] = way_of(voice, context["replies"])
    return render(request, "portal/way.html", context)
