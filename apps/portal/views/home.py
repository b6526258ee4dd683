"""View of the home page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.consultations.models import Consultation, Proposal, Reply
from apps.portal.services.featured_voice import followed_voice
from apps.portal.services.way_numbers import way_numbers


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is open and until when, what was answered lately, voices that nobody has reacted to yet."""
    public = Consultation.objects.public().for_cards()
    open_now = list(public.open()[:7])
    featured = open_now[0] if open_now else None
    context = {
        "featured": featured,
        **(about_featured(request, featured) if featured else {}),
        "open": open_now[1:],
        "numbers": way_numbers(),
        "upcoming": public.upcoming()[:3],
        "counting": public.counting()[:3],
        "answered": public.answered()[:3],
        "replies": Reply.objects.public().by_latest_change()[:3],
        "followed": followed_voice(),
        "quiet": Proposal.objects.quiet_today(limit=3),
    }
    return render(request, "portal/home.html", context)


def about_featured(request: HttpRequest, consultation: Consultation) -> dict[str, Any]:
    """Return where one writes to the featured consultation, and its three newest voices."""
    voices = Proposal.objects.public().in_consultation(consultation).newest().for_lists()
    return {"featured_url": consultation.write_url_for(request.user), "featured_voices": voices[:3]}
