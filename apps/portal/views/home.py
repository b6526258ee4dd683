"""View of the home page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.consultations.models import Consultation, Proposal


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is open and until when, what was answered lately, voices that nobody has reacted to yet."""
    featured = Consultation.objects.public().for_cards().open().first()
    context = {"featured": featured, **(about_featured(request, featured) if featured else {})}
    return render(request, "portal/home.html", context)


def about_featured(request: HttpRequest, consultation: Consultation) -> dict[str, Any]:
    """Return where one writes to the featured consultation, and its three newest voices."""
    voices = Proposal.objects.public().in_consultation(consultation).newest().for_lists().without_counters()
    return {"featured_url": consultation.write_url_for(request.user), "featured_voices": voices[:3]}
