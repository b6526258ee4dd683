"""Views of site pages (terms, privacy, contact), robots.txt and the sitemap."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.consultations.models import Consultation, Topic
from apps.core import markdown
from apps.documents.models import DocumentVersion
from apps.meetings.models import Meeting, Organ
from apps.operations.models import Contact, SitePage
from apps.plans.models import PlanSheet
from apps.public_comments.models import Case
from apps.surveys.models import Survey
from apps.vision.models import Field, Indicator, Viewpoint

SITEMAP_LIMIT = 5000


@require_safe
def site_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show 利用規約, プライバシー or お問い合わせ, as the secretariat wrote it."""
    page = get_object_or_404(SitePage, slug=slug)
    contact = Contact.objects.current() if slug == "contact" else None
    context = {"page": page, "body": markdown.render(page.body), "contact": contact}
    return render(request, "portal/site_page.html", context)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines read what is public and keep away from what belongs to one person."""
    return render(request, "portal/robots.txt", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Send the sitemap: public consultations and topics, pages of the vision, versions of documents, plan sheets and site pages."""
    consultations = Consultation.objects.public()[:SITEMAP_LIMIT]
    vision = [*Viewpoint.objects.all(), *Field.objects.all(), *Indicator.objects.public()[:SITEMAP_LIMIT]]
    topics = Topic.objects.public().order_by("-pk")[:SITEMAP_LIMIT]
    sheets = PlanSheet.objects.public()[:SITEMAP_LIMIT]
    documents = DocumentVersion.objects.public().in_order()[:SITEMAP_LIMIT]
    context = {
        "consultations": consultations,
        "topics": topics,
        "vision": vision,
        "sheets": sheets,
        "documents": documents,
        "cases": Case.objects.public().for_lists()[:SITEMAP_LIMIT],
        "surveys": Survey.objects.public().for_lists()[:SITEMAP_LIMIT],
        "meetings": [*Organ.objects.public(), *Meeting.objects.public().select_related("organ")[:SITEMAP_LIMIT]],
    }
    return render(request, "portal/sitemap.xml", context, content_type="application/xml; charset=utf-8")
