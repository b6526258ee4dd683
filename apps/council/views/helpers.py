"""What several pages of the council need."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from apps.consultations.models import ActionRefused
from apps.council.actions import NOT_YOURS, Outdated
from apps.council.models import Organization, Project, revision_content


def project_to_edit(request: HttpRequest, slug: str) -> Project:
    """A project that this person edits; 404 when it is not there for them, 403 with a sentence when it is another's."""
    return _to_edit(request, Project.objects, slug)


def organization_to_edit(request: HttpRequest, slug: str) -> Organization:
    """An organization whose page this person edits, as above."""
    return _to_edit(request, Organization.objects, slug)


def _to_edit(request: HttpRequest, rows: Any, slug: str) -> Any:
    shown = get_object_or_404(rows.visible_to(request.user), slug=slug)
    if not rows.editable_by(request.user).filter(pk=shown.pk).exists():
        raise PermissionDenied(str(NOT_YOURS))
    return shown


def picture_response(stored: Any) -> FileResponse:
    """A stored picture, sent so that a browser takes it for nothing else."""
    response = FileResponse(stored.open("rb"), as_attachment=False)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def refused_form(request: HttpRequest, template: str, context: dict[str, Any], refused: ActionRefused) -> HttpResponse:
    """The form with everything that was typed and why it was refused.

    409 when another wording came in meanwhile: it stands beside what was typed, and the next press builds on it.
    """
    form, status = context["form"], 422
    form.add_error(None, refused.sentence)
    if isinstance(refused, Outdated):
        newest, status = refused.newest, 409
        form.build_on(newest.number)
        typed = getattr(form, "content", {})
        context = {
            **context,
            "newer": newest,
            "changes": revision_content.changes(type(newest.subject), newest.content, typed),
        }
    return render(request, template, context, status=status)


def require_work(request: HttpRequest) -> None:
    """The desk opens for members of the council and for the secretariat."""
    if not request.user.has_perm("council.work"):
        raise PermissionDenied(_("協議会構成団体の担当者と事務局のためのページです。"))


def require_desk(request: HttpRequest) -> None:
    """The desk opens for members of the council and for everybody in the city's service."""
    if not request.user.has_perm("council.desk"):
        raise PermissionDenied(_("協議会構成団体の担当者と市の職員のためのページです。"))


def require_publishing(request: HttpRequest) -> None:
    """Only the secretariat decides."""
    if not request.user.has_perm("council.publish"):
        raise PermissionDenied(_("公開と差し戻しは、事務局の職員だけが行えます。"))


def workable_project(request: HttpRequest, shown: Project) -> bool:
    """Whether this person works on the project: edits it, or belongs to its department."""
    return Project.objects.worked_on_by(request.user).filter(pk=shown.pk).exists()
