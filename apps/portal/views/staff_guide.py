"""View of 職員の手引き, the guide for the city's staff."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.requests import AuthedRequest
from apps.portal.services.staff_guide import parts


@require_safe
@login_required
def staff_guide(request: AuthedRequest) -> HttpResponse:
    """Show the guide to the city's staff; 404 for everybody else."""
    if not request.user.is_staff:
        raise Http404
    return render(request, "portal/staff_guide.html", {"parts": parts()})
