"""Views in which a member submits pictures of a project or the organization's logo; they wait for the secretariat."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import AuthedRequest
from apps.consultations.models import ActionRefused
from apps.core.uploads import send_upload
from apps.council import actions
from apps.council.forms.pictures import LogoForm, PicturesForm
from apps.council.models import Organization
from apps.council.models.revision import Revision
from apps.council.views.helpers import organization_to_edit, project_to_edit, refused_form


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def project_pictures(request: AuthedRequest, slug: str) -> HttpResponse:
    """Choose which pictures stand on the page of a project, and add one."""
    project = project_to_edit(request, slug)
    pictures = list(project.pictures.named_in(actions.latest_content(project)))
    form = PicturesForm(*_data_and_files(request), pictures=pictures, initial={"base": actions.latest_number(project)})
    if request.method == "POST" and form.is_valid():
        try:
            revision, _new = actions.hand_in_pictures(project=project, by=request.user, **form.picked, **form.handed_in)
        except ActionRefused as refused:
            context = {"form": form, "subject": project, "pictures": pictures}
            return refused_form(request, "council/project_pictures.html", context, refused)
        return _redirect_to_revision(request, revision)
    context = {"form": form, "subject": project, "pictures": pictures}
    return render(request, "council/project_pictures.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def logo_edit(request: AuthedRequest, slug: str) -> HttpResponse:
    """Replace or remove the logo of one's organization."""
    organization = organization_to_edit(request, slug)
    form = LogoForm(*_data_and_files(request), initial={"base": actions.latest_number(organization)})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            revision, _new = actions.hand_in_logo(
                organization=organization, by=request.user, file=file, **form.handed_in
            )
        except ActionRefused as refused:
            context = {"form": form, "subject": organization}
            return refused_form(request, "council/organization_logo.html", context, refused)
        return _redirect_to_revision(request, revision)
    context = {"form": form, "subject": organization}
    return render(request, "council/organization_logo.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def revision_logo(request: AuthedRequest, slug: str, number: int) -> FileResponse:
    """Return the logo in a revision, for those who may edit the organization."""
    organization = organization_to_edit(request, slug)
    name = get_object_or_404(organization.revisions, number=number).content.get("logo", "")
    if not name:
        raise Http404
    return send_upload(Organization(logo=name).logo)


def _data_and_files(request: HttpRequest) -> tuple[QueryDict | None, "MultiValueDict[str, UploadedFile[Any]] | None"]:
    """Return the first two arguments of a form with files."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _redirect_to_revision(request: HttpRequest, revision: Revision) -> HttpResponse:
    """Redirect to the revision that was submitted, with a message."""
    messages.success(request, _("変更を提出しました。事務局の確認が済むと公開されます。"))
    return redirect(revision)
