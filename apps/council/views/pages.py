"""Public pages: the council, its organizations, its projects, their pictures, and a tag's entries."""

from typing import cast

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.consultations.models import Tag
from apps.core.htmx_parts import HtmxRequest
from apps.core.uploads import send_upload
from apps.council.forms.filters import OrganizationFilterForm
from apps.council.models import Agreement, Challenge, Offer, Organization, Project, ProjectPicture, ProjectUpdate
from apps.council.services.plan_do_see import plan_do_see
from apps.council.services.stations import stations_of_project
from apps.council.services.unstated import unstated_of
from apps.council.views.helpers import may_work_on
from apps.vision.models import Viewpoint

SHOWN_FIRST = 6
MOST_TAGGED = 20


@require_safe
def council(request: HttpRequest) -> HttpResponse:
    """Show the council: its members, its projects under each viewpoint, its latest updates."""
    public = Project.objects.public()
    form = OrganizationFilterForm(request.GET)
    organizations = Organization.objects.public().apply_filter(form.values).for_cards()
    counts = public.count_by_viewpoint()
    context = {
        "form": form,
        "filter_query": form.query(),
        "members": organizations.members(),
        "others": organizations.others(),
        "project_count": public.count(),
        "viewpoints": [(v, *counts.get(v.pk, (0, 0))) for v in Viewpoint.objects.all()],
        "projects": public.newest().for_cards()[:SHOWN_FIRST],
        "updates": ProjectUpdate.objects.public().newest().for_lists()[:SHOWN_FIRST],
        "may_work": request.user.has_perm("council.workspace"),
    }
    return render(request, "council/council.html", context)


@require_safe
def organization(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an organization with its projects."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user).select_related("kind"), slug=slug)
    context = {
        "organization": organization,
        "projects": Project.objects.public().with_organization(organization).newest().for_cards(),
        "may_edit": _may_edit(request, Organization.objects.editable_by(request.user), organization),
    }
    return render(request, "council/organization_detail.html", context)


def _may_edit(
    request: HttpRequest, editable: QuerySet[Organization] | QuerySet[Project], subject: Organization | Project
) -> bool:
    """Return whether the signed-in person may edit the organization or project."""
    return request.user.is_authenticated and editable.filter(pk=subject.pk).exists()


@require_safe
def project(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a project: what, who, how far, what came of it."""
    project = get_object_or_404(Project.objects.visible_to(request.user).for_page(), slug=slug)
    context = {
        "project": project,
        "stations": stations_of_project(project),
        "time_line": plan_do_see(project),
        "unstated": unstated_of(project),
        "updates": ProjectUpdate.objects.public().for_project(project).newest().for_lists(),
        "may_edit": _may_edit(request, Project.objects.editable_by(request.user), project),
        "may_work": may_work_on(request, project),
        "has_public_agreement": Agreement.objects.public().filter(project=project).exists(),
    }
    return render(request, "council/project_detail.html", context)


@require_safe
def picture(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    """Return a picture of a project, for those who may see the project."""
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    return send_upload(get_object_or_404(ProjectPicture.objects.visible_on(project, request.user), pk=pk).file)


@require_safe
def logo(request: HttpRequest, slug: str) -> FileResponse:
    """Return the logo of an organization."""
    organization = get_object_or_404(Organization.objects.visible_to(request.user).with_logo(), slug=slug)
    return send_upload(organization.logo)


@require_safe
def tagged(request: HttpRequest, slug: str) -> HttpResponse:
    """List the projects, challenges and offers with a tag: a fragment for htmx, a page of its own without JavaScript."""
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
    is_part = bool(cast("HtmxRequest", request).htmx)
    return render(request, "council/_tagged.html" if is_part else "council/tagged.html", context)
