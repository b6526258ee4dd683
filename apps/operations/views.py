"""Where long work stands: for the person who asked for it, and for the secretariat."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.core.htmx_parts import is_part_wanted
from apps.operations.models import Job


def job_for(request: HttpRequest, pk: int) -> Job:
    """A job that this person may see, or 404."""
    return get_object_or_404(Job.objects.visible_to(request.user), pk=pk)


@login_required
@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress, and the result once there is one; htmx asks for the middle of the page again while it is open."""
    part = is_part_wanted(request)
    template = "operations/_job.html" if part else "operations/job_detail.html"
    return render(request, template, {"job": job_for(request, pk)})


@login_required
@require_safe
def job_file(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The result file, as long as the person works for the city: it may hold what only staff may see."""
    shown = job_for(request, pk)
    if not shown.file or not request.user.is_staff:
        raise Http404
    return FileResponse(shown.file.open(), as_attachment=True, filename=shown.file_name)


@login_required
@require_POST
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop it."""
    shown = job_for(request, pk)
    if shown.cancel():
        messages.success(request, _("取りやめました。すでに終わった分は残ります。"))
    else:
        messages.warning(request, _("すでに終わっているため、取りやめられません。"))
    return redirect(shown)
