"""Pictures of pages for sharing (og:image)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.consultations.models import Consultation, Proposal
from apps.consultations.services.share_cards import card_of_consultation, card_of_proposal
from apps.consultations.views.proposal import gone
from apps.core.images import share_image


@require_safe
def consultation_image(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the picture of a consultation; 404 for a draft, whoever asks: who shares a page shares it with everybody."""
    consultation = get_object_or_404(Consultation.objects.public().for_cards(), slug=slug)
    card = card_of_consultation(consultation)
    return share_image(request, "share-consultation", consultation.slug, card, consultation.picture.file)


@require_safe
def proposal_image(request: HttpRequest, code: str) -> HttpResponse:
    """Send the picture of a public proposal; 404 or the placeholder (410) for any other, as its page answers."""
    proposal = Proposal.objects.public().select_related("consultation").get_by_code_or_none(code)
    if proposal is None:
        return gone(request, code)
    picture = proposal.consultation.picture
    return share_image(request, "share-proposal", proposal.code, card_of_proposal(proposal), picture.file)
