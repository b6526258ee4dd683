"""Feeds, QR codes and the poster for notice boards."""

import io
from datetime import datetime

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.consultations.models import Consultation, Proposal
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.consultations.services.poster import draw_poster
from apps.consultations.views.helpers import consultation_for
from apps.core.calendar_file import Event, calendar_response
from apps.core.generic import Feed
from apps.core.templatetags.ui import linebreaks_ja

FEED_SIZE = 50


class ProposalFeed(Feed[Proposal, Consultation]):
    """Atom feed of the newest proposals of a consultation."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, slug: str) -> Consultation:
        """Return the public consultation of the URL; drafts are excluded even for staff."""
        return Consultation.objects.public().get(slug=slug)

    def title(self, consultation: Consultation) -> str:
        """Return the feed's title."""
        return _("%(title)s に寄せられた意見") % {"title": consultation.title}

    def link(self, consultation: Consultation) -> str:
        """Return the consultation's URL."""
        return consultation.get_absolute_url()

    def subtitle(self, consultation: Consultation) -> str:
        """Return summary and period."""
        when = _("募集期間：%(when)s") % {"when": consultation.period_shown}
        return f"{consultation.summary} {when}"

    def items(self, consultation: Consultation) -> ProposalQuerySet:
        """Return the newest public proposals."""
        return Proposal.objects.public().in_consultation(consultation).newest().for_lists()[:FEED_SIZE]

    def item_title(self, item: Proposal) -> str:
        """Return code and heading."""
        return f"{item.code} {item.heading}"

    def item_description(self, item: Proposal) -> str:
        """Return the text as escaped HTML with line breaks."""
        return linebreaks_ja(item.body)

    def item_author_name(self, item: Proposal) -> str:
        """Return the public name."""
        return item.shown_name

    def item_pubdate(self, item: Proposal) -> datetime | None:
        """Return when it was published."""
        return item.published_at

    def item_updateddate(self, item: Proposal) -> datetime:
        """Return when it last changed, by an edit or a redaction, so that feed readers replace their copy."""
        return item.updated_at


def absolute_url(consultation: Consultation) -> str:
    """Return the absolute URL of a consultation."""
    return f"{settings.SITE_URL}{consultation.get_absolute_url()}"


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the days of a consultation that are still to come or were: opening, closing, the promised answer (iCalendar)."""
    consultation = consultation_for(request, slug)
    return calendar_response(f"{slug}.ics", consultation.title, days_of(consultation))


def days_of(consultation: Consultation) -> list[Event]:
    """Return the days of a consultation as calendar events."""
    days = [
        ("opens", _("意見の受付が始まる：%(title)s"), consultation.opens_at),
        ("closes", _("意見の締切：%(title)s"), consultation.closes_at),
        ("reply", _("市の回答予定日：%(title)s"), consultation.reply_due_on),
    ]
    path, title = consultation.get_absolute_url(), {"title": consultation.title}
    return [Event(f"{consultation.slug}-{key}", words % title, day, path) for key, words, day in days if day]


@require_safe
def qr(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a QR code (SVG) of the consultation's URL."""
    consultation = consultation_for(request, slug)
    picture = io.BytesIO()
    code = segno.make(absolute_url(consultation), error="m")
    code.save(
        picture, kind="svg", scale=8, border=4, title=consultation.title, desc=absolute_url(consultation), xmldecl=False
    )
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@require_safe
def poster(request: HttpRequest, slug: str) -> HttpResponse:
    """Send an A4 poster (PDF) for 市報 and notice boards."""
    consultation = consultation_for(request, slug)
    response = HttpResponse(draw_poster(consultation, url=absolute_url(consultation)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="poster-{consultation.slug}.pdf"'
    return response
