"""Announce cases outside the portal: an Atom feed of all of them, and a notice of each for boards and counters."""

from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.date_formats import wareki
from apps.core.generic import Feed
from apps.core.templatetags.ui import linebreaks_ja
from apps.public_comments.models import Case
from apps.public_comments.services.notice import draw_notice
from apps.public_comments.views.cases import case_for

FEED_SIZE = 30


class CaseFeed(Feed[Case, None]):
    """Atom feed of the announced cases, the one that opened last first."""

    feed_type = Atom1Feed

    def title(self) -> str:
        """Return the feed's title."""
        return _("調布市 パブリック・コメント")

    def link(self) -> str:
        """Return the URL of the list."""
        return reverse("public_comments:list")

    def items(self) -> QuerySet[Case]:
        """Return the announced cases."""
        return Case.objects.public().for_lists()[:FEED_SIZE]

    def item_title(self, item: Case) -> str:
        """Return state and title."""
        return _("【%(state)s】%(title)s") % {"state": item.state_shown, "title": item.title}

    def item_description(self, item: Case) -> str:
        """Return the period and the summary as escaped HTML with line breaks."""
        days = {"opens": wareki(item.opens_on), "closes": wareki(item.closes_on)}
        return linebreaks_ja(_("募集期間：%(opens)s〜%(closes)s") % days + "\n" + item.summary)

    def item_pubdate(self, item: Case) -> datetime | None:
        """Return when it was announced."""
        return item.announced_at

    def item_updateddate(self, item: Case) -> datetime:
        """Return when it last changed."""
        return item.updated_at


@require_safe
def notice(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the notice of a case (PDF, A4)."""
    case = case_for(request, slug)
    response = HttpResponse(draw_notice(case), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="public-comment-{case.slug}.pdf"'
    return response
