"""View of the home page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.consultations.models import Consultation, Proposal, Reply
from apps.portal.services.featured_voice import followed_voice


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what is open and until when, what was answered lately, voices that nobody has reacted to yet."""
    public = Consultation.objects.public().for_cards()
    context = {
        "open": public.open()[:6],
        "upcoming": public.upcoming()[:3],
        "counting": public.counting()[:3],
        "answered": public.answered()[:3],
        "replies": Reply.objects.public().by_latest_change()[:3],
        "followed": followed_voice(),
        "quiet": Proposal.objects.quiet_today(limit=3),
    }
    return render(request, "portal/home.html", context)
