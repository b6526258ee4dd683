"""Request a large analysis from a worker, and show its progress."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.requests import client_ip
from apps.analysis import actions
from apps.analysis.forms import DrawForm
from apps.analysis.services.analyses import ANALYSES
from apps.analysis.services.background_analyses import DRAWING, Analysis
from apps.analysis.services.scope import Scope, scope_of
from apps.analysis.views.helpers import with_query
from apps.analysis.views.snapshot import filters_of
from apps.consultations.models import ActionRefused
from apps.core.htmx_parts import is_part_wanted
from apps.operations.models import Job

MAX_URL = 300  # characters


@require_POST
def draw(request: HttpRequest, **where: Any) -> HttpResponse:
    """Request the analysis of a page; answer htmx with the progress, other browsers with a redirect to the page."""
    scope, form = scope_of(**where), DrawForm(request.POST)
    kind = form.cleaned_data["kind"] if form.is_valid() else ""
    analysis = analysis_of(request, scope, kind)
    if analysis is None:
        messages.error(request, _("集計をはじめられませんでした。条件を確かめてください。"))
        return redirect(scope.cloud_url)
    url = with_query(scope.url(kind), request.GET.dict())
    url = url if len(url) <= MAX_URL else scope.url(kind)
    if analysis.is_large:
        try:
            job = actions.request_analysis(analysis=analysis, url=url, network=client_ip(request))
        except ActionRefused as refused:
            if is_part_wanted(request):
                return render(request, "analysis/_refused_drawing.html", {"sentence": refused.sentence})
            messages.error(request, refused.sentence)
        else:
            if is_part_wanted(request):
                return render(request, "analysis/_progress.html", {"job": job})
    return redirect(url)


def analysis_of(request: HttpRequest, scope: Scope, kind: str) -> Analysis | None:
    """Return the analysis of a page's URL, or None if its filter is not valid."""
    if kind not in ANALYSES:
        return None
    if kind == "groups":
        return ANALYSES[kind](scope)
    filters = filters_of(request, scope, kind)
    if not filters or (kind != "compare" and filters[0].attribute):
        return None
    return ANALYSES[kind](scope, *filters)


@require_safe
def drawing(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a job's progress to htmx and refresh the page when it has ended; redirect other browsers to the page."""
    job = get_object_or_404(Job.objects.filter(kind=DRAWING), pk=pk)
    if not is_part_wanted(request):
        return redirect(job.address)
    response = render(request, "analysis/_progress.html", {"job": job})
    if not job.is_open:
        response["HX-Refresh"] = "true"
    return response
