"""Shared by the council's views: objects to edit, permission checks, refused forms."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.models import ActionRefused
from apps.council.actions import NOT_YOURS, Outdated
from apps.council.models import Organization, Project, revision_content
from apps.council.models.organization import OrganizationQuerySet
from apps.council.models.project_queryset import ProjectQuerySet


def project_to_edit(request: HttpRequest, slug: str) -> Project:
    """Return a project that the signed-in person may edit; raise 404 if it is not visible, 403 if it is another's."""
    project: Project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    _require_editable(Project.objects.editable_by(request.user), project)
    return project


def organization_to_edit(request: HttpRequest, slug: str) -> Organization:
    """Return an organization that the signed-in person may edit; raise 404 if it is not visible, 403 if it is another's."""
    organization: Organization = get_object_or_404(Organization.objects.visible_to(request.user), slug=slug)
    _require_editable(Organization.objects.editable_by(request.user), organization)
    return organization


def _require_editable(editable: ProjectQuerySet | OrganizationQuerySet, subject: Project | Organization) -> None:
    """Raise 403 for a subject that is not among the editable ones."""
    if not editable.filter(pk=subject.pk).exists():
        raise PermissionDenied(str(NOT_YOURS))


def refused_form(request: HttpRequest, template: str, context: dict[str, Any], refused: ActionRefused) -> HttpResponse:
    """Render the form with what was typed and the reason of the refusal.

    Status 409 for an optimistic lock conflict (`Outdated`): the newer revision is compared with what was typed, and the
    form is rebased, so that the next submission builds on it. Else 422.
    """
    form, status = context["form"], 422
    form.add_error(None, refused.sentence)
    if isinstance(refused, Outdated):
        newest, status = refused.newest, 409
        form.rebase_on(newest.number)
        typed = getattr(form, "content", {})
        context = {
            **context,
            "newer": newest,
            "changes": revision_content.changes(type(newest.subject), newest.content, typed),
        }
    return render(request, template, context, status=status)


def require_work(request: HttpRequest) -> None:
    """Raise 403 for everybody but members of the council and the secretariat."""
    if not request.user.has_perm("council.work"):
        raise PermissionDenied(_("協議会構成団体の担当者と事務局のためのページです。"))


def require_workspace(request: HttpRequest) -> None:
    """Raise 403 for everybody but members of the council and city staff: the workspace (作業ページ) is theirs."""
    if not request.user.has_perm("council.workspace"):
        raise PermissionDenied(_("協議会構成団体の担当者と市の職員のためのページです。"))


def require_publishing(request: HttpRequest) -> User:
    """Return the signed-in person; raise 403 for everybody but the secretariat."""
    if not request.user.has_perm("council.publish"):
        raise PermissionDenied(_("公開と差し戻しは、事務局の職員だけが行えます。"))
    return cast("User", request.user)


def may_work_on(request: HttpRequest, project: Project) -> bool:
    """Return whether the signed-in person works on the project: may edit it, or belongs to its department."""
    return Project.objects.worked_on_by(request.user).filter(pk=project.pk).exists()
