"""Pictures of pages for sharing (og:image), and the photo of a consultation."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.consultations.models import Consultation, Proposal
from apps.consultations.models.theme_picture import ThemePhoto
from apps.consultations.services.share_cards import card_of_consultation, card_of_proposal, picture_file
from apps.consultations.views.proposal import gone
from apps.core.images import photo_image, share_image
from apps.core.uploads import send_upload


@require_safe
def consultation_image(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the picture of a consultation; 404 for a draft, whoever asks: who shares a page shares it with everybody."""
    consultation = get_object_or_404(Consultation.objects.public().for_cards(), slug=slug)
    card = card_of_consultation(consultation)
    return share_image(request, "share-consultation", consultation.slug, card, picture_file(consultation))


@require_safe
def proposal_image(request: HttpRequest, code: str) -> HttpResponse:
    """Send the picture of a public proposal; 404 or the placeholder (410) for any other, as its page answers."""
    proposal = Proposal.objects.public().select_related("consultation").get_by_code_or_none(code)
    if proposal is None:
        return gone(request, code)
    card = card_of_proposal(proposal)
    return share_image(request, "share-proposal", proposal.code, card, picture_file(proposal.consultation))


@require_safe
def photo(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the small copy of a consultation's photo to those who may see the consultation."""
    _consultation, own = _with_photo(request, slug)
    return photo_image(request, "theme-photos", slug, own.file)


@require_safe
def photo_file(request: HttpRequest, slug: str) -> FileResponse:
    """Send a consultation's whole photo as a download to those who may see the consultation."""
    consultation, own = _with_photo(request, slug)
    return send_upload(consultation.photo, filename=f"{consultation.title}{own.file.suffix}", as_attachment=True)


def _with_photo(request: HttpRequest, slug: str) -> tuple[Consultation, ThemePhoto]:
    """Return the consultation of a URL and its photo; raises Http404 if the user may not see it, or without a photo."""
    consultation = get_object_or_404(Consultation.objects.visible_to(request.user), slug=slug)
    own = consultation.own_photo
    if own is None or not own.file.exists():
        raise Http404
    return consultation, own
