"""A member hands in a picture of a project or the logo of the organization; it waits for the secretariat."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.consultations.models import ActionRefused
from apps.council import actions
from apps.council.forms.pictures import LogoForm, PicturesForm
from apps.council.models import Organization
from apps.council.views.helpers import organization_to_edit, picture_response, project_to_edit, refused_form


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def project_pictures(request: HttpRequest, slug: str) -> HttpResponse:
    """Which pictures stand on the page of a project, and a new one."""
    shown = project_to_edit(request, slug)
    pictures = list(shown.pictures.named_in(actions.latest_content(shown)))
    form = PicturesForm(*_sent(request), pictures=pictures, initial={"base": actions.latest_number(shown)})
    if request.method == "POST" and form.is_valid():
        try:
            made, _new = actions.hand_in_pictures(project=shown, by=request.user, **form.picked, **form.handed_in)
        except ActionRefused as refused:
            context = {"form": form, "subject": shown, "pictures": pictures}
            return refused_form(request, "council/project_pictures.html", context, refused)
        return _handed_in(request, made)
    context = {"form": form, "subject": shown, "pictures": pictures}
    return render(request, "council/project_pictures.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def logo_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The logo of one's organization."""
    shown = organization_to_edit(request, slug)
    form = LogoForm(*_sent(request), initial={"base": actions.latest_number(shown)})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made, _new = actions.hand_in_logo(organization=shown, by=request.user, file=file, **form.handed_in)
        except ActionRefused as refused:
            context = {"form": form, "subject": shown}
            return refused_form(request, "council/organization_logo.html", context, refused)
        return _handed_in(request, made)
    context = {"form": form, "subject": shown}
    return render(request, "council/organization_logo.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def revision_logo(request: HttpRequest, slug: str, number: int) -> FileResponse:
    """The logo of a wording, for those who edit the page."""
    shown = organization_to_edit(request, slug)
    name = get_object_or_404(shown.revisions, number=number).content.get("logo", "")
    if not name:
        raise Http404
    return picture_response(Organization(logo=name).logo)


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _handed_in(request: HttpRequest, made: Any) -> HttpResponse:
    messages.success(request, _("変更を提出しました。事務局の確認が済むと公開されます。"))
    return redirect(made)
