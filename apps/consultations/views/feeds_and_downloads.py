"""What leaves the site: feeds, QR codes and the poster for notice boards."""

import io
from typing import Any

import segno
from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.consultations.models import Consultation, Proposal
from apps.consultations.poster import draw_poster
from apps.consultations.views.helpers import consultation_for
from apps.core.templatetags.ui import linebreaks_ja

FEED_SIZE = 50


class ProposalFeed(Feed):
    """The newest voices of a consultation, for feed readers."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, slug: str) -> Consultation:
        """The consultation of the address, drafts excluded even for staff: a feed is public."""
        return Consultation.objects.public().get(slug=slug)

    def title(self, consultation: Consultation) -> str:
        """Its name."""
        return _("%(title)s に寄せられた意見") % {"title": consultation.title}

    def link(self, consultation: Consultation) -> str:
        """The page it belongs to."""
        return consultation.get_absolute_url()

    def subtitle(self, consultation: Consultation) -> str:
        """What is consultation, and until when."""
        when = _("募集期間：%(when)s") % {"when": consultation.period_shown}
        return f"{consultation.summary} {when}"

    def items(self, consultation: Consultation) -> Any:
        """The newest public voices."""
        return Proposal.objects.public().in_consultation(consultation).newest().for_lists()[:FEED_SIZE]

    def item_title(self, item: Proposal) -> str:
        """Number and heading."""
        return f"{item.code} {item.heading}"

    def item_description(self, item: Proposal) -> str:
        """The text as HTML, which feed readers take it for: escaped, with its line ends."""
        return linebreaks_ja(item.body)

    def item_author_name(self, item: Proposal) -> str:
        """The name that the author chose."""
        return item.shown_name

    def item_pubdate(self, item: Proposal) -> Any:
        """When it became public."""
        return item.published_at

    def item_updateddate(self, item: Proposal) -> Any:
        """When it last changed, by its author or by a 伏せる of the desk: a reader that keeps entries takes it anew."""
        return item.updated_at


def absolute_url(consultation: Consultation) -> str:
    """The address as people type it or scan it."""
    return f"{settings.SITE_URL}{consultation.get_absolute_url()}"


@require_safe
def qr(request: HttpRequest, slug: str) -> HttpResponse:
    """The address of a consultation as QR code (SVG)."""
    consultation = consultation_for(request, slug)
    picture = io.BytesIO()
    code = segno.make(absolute_url(consultation), error="m")
    code.save(
        picture, kind="svg", scale=8, border=4, title=consultation.title, desc=absolute_url(consultation), xmldecl=False
    )
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@require_safe
def poster(request: HttpRequest, slug: str) -> HttpResponse:
    """An A4 poster for 市報 and notice boards, to print."""
    consultation = consultation_for(request, slug)
    response = HttpResponse(
        draw_poster(consultation, address=absolute_url(consultation)), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="poster-{consultation.slug}.pdf"'
    return response
