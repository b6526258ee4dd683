"""What everyone reads: the council, its organizations, its projects."""

from typing import Any, cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.consultations.models import Tag
from apps.council.models import Challenge, Offer, Organization, Project, ProjectPicture, ProjectUpdate
from apps.council.views.helpers import picture_response, workable_project
from apps.vision.models import Viewpoint

SHOWN_FIRST = 6
MOST_TAGGED = 20


@require_safe
def council(request: HttpRequest) -> HttpResponse:
    """What the council is, who is in it, and what it does under each viewpoint."""
    public = Project.objects.public()
    counts = public.count_by_viewpoint()
    context = {
        "members": Organization.objects.public().members().for_cards(),
        "others": Organization.objects.public().others().for_cards(),
        "project_count": public.count(),
        "viewpoints": [(v, *counts.get(v.pk, (0, 0))) for v in Viewpoint.objects.all()],
        "projects": public.newest().for_cards()[:SHOWN_FIRST],
        "updates": ProjectUpdate.objects.public().newest().for_lists()[:SHOWN_FIRST],
        "may_work": request.user.has_perm("council.desk"),
    }
    return render(request, "council/council.html", context)


@require_safe
def organization(request: HttpRequest, slug: str) -> HttpResponse:
    """One organization with its projects."""
    shown = get_object_or_404(Organization.objects.visible_to(request.user).select_related("kind"), slug=slug)
    context = {
        "organization": shown,
        "projects": Project.objects.public().with_organization(shown).newest().for_cards(),
        "may_edit": _may_edit(request, Organization.objects.editable_by(request.user), shown),
    }
    return render(request, "council/organization_detail.html", context)


def _may_edit(request: HttpRequest, editable: Any, shown: Any) -> bool:
    return request.user.is_authenticated and editable.filter(pk=shown.pk).exists()


@require_safe
def project(request: HttpRequest, slug: str) -> HttpResponse:
    """One project: what, who, how far, what came of it."""
    shown = get_object_or_404(Project.objects.visible_to(request.user).for_page(), slug=slug)
    context = {
        "project": shown,
        "updates": ProjectUpdate.objects.public().of(shown).newest().for_lists(),
        "may_edit": _may_edit(request, Project.objects.editable_by(request.user), shown),
        "may_work": workable_project(request, shown),
    }
    return render(request, "council/project_detail.html", context)


@require_safe
def picture(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    """A picture of a project, for those who may see the project."""
    shown = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    return picture_response(get_object_or_404(ProjectPicture.objects.visible_on(shown, request.user), pk=pk).file)


@require_safe
def logo(request: HttpRequest, slug: str) -> FileResponse:
    """The logo of an organization."""
    shown = get_object_or_404(Organization.objects.visible_to(request.user).with_logo(), slug=slug)
    return picture_response(shown.logo)


@require_safe
def tagged(request: HttpRequest, slug: str) -> HttpResponse:
    """What of the council carries one tag; the part alone for htmx, which the tag's page loads in place."""
    tag = Tag.objects.public().at(slug)
    if tag is None:
        raise Http404
    context = {
        "tag": tag,
        "projects": Project.objects.public().tagged(tag).newest().for_cards()[:MOST_TAGGED],
        "challenges": Challenge.objects.public()
        .tagged(tag)
        .select_related("department")
        .for_lists()
        .newest()[:MOST_TAGGED],
        "offers": Offer.objects.public().tagged(tag).select_related("organization").for_lists().newest()[:MOST_TAGGED],
    }
    is_part = bool(cast("Any", request).htmx)
    return render(request, "council/_tagged.html" if is_part else "council/tagged.html", context)
