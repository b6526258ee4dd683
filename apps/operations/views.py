"""Views of a background job (progress, result file, cancel), for who asked and the secretariat; metrics for Prometheus."""

import secrets

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from apps.core.htmx_parts import is_part_wanted
from apps.operations.metrics import exposition
from apps.operations.models import Job


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus with all metrics; 404 for whoever does not send METRICS_TOKEN as bearer token."""
    sent = request.headers.get("Authorization", "").encode()
    if not settings.METRICS_TOKEN or not secrets.compare_digest(sent, f"Bearer {settings.METRICS_TOKEN}".encode()):
        raise Http404
    return HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def job_for(request: HttpRequest, pk: int) -> Job:
    """Return the job if it is visible to the user; raise Http404 otherwise."""
    return get_object_or_404(Job.objects.visible_to(request.user), pk=pk)


@login_required
@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Show progress and result; htmx polls the fragment while the job is open.

    With ?reload, a page that shows the result itself is loaded again once the job has ended.
    """
    part, job, reload = is_part_wanted(request), job_for(request, pk), "reload" in request.GET
    if part and reload and not job.is_open:
        return HttpResponseClientRefresh()
    template = "operations/_job.html" if part else "operations/job_detail.html"
    return render(request, template, {"job": job, "reload": part and reload})


@login_required
@require_safe
def job_file(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Send the result file, to city staff only: it may contain what only staff may see."""
    job = job_for(request, pk)
    if not job.file or not request.user.is_staff:
        raise Http404
    return FileResponse(job.file.open(), as_attachment=True, filename=job.file_name)


@login_required
@require_POST
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel the job, and go back to its page."""
    job = job_for(request, pk)
    if job.cancel():
        messages.success(request, _("取りやめました。すでに終わった分は残ります。"))
    else:
        messages.warning(request, _("すでに終わっているため、取りやめられません。"))
    return redirect(job)
