"""Views of calendars of due days: the URLs of one's departments for staff, and the calendar file behind such a URL."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import Department
from apps.accounts.models.department import DepartmentQuerySet
from apps.accounts.requests import AuthedRequest
from apps.accounts.rules import is_secretariat
from apps.core.calendar_file import calendar_response
from apps.portal.services.department_calendar import events_of


@require_safe
@login_required
def calendars(request: AuthedRequest) -> HttpResponse:
    """Show the URLs of the calendars of one's departments; of all to the secretariat. 404 for others than staff."""
    context = {"departments": _departments(request).order_by("order", "code"), "site_url": settings.SITE_URL}
    return render(request, "portal/calendars.html", context)


@require_POST
@login_required
def renew_calendar(request: AuthedRequest, code: str) -> HttpResponse:
    """Give a department's calendar a new URL; the one before ends."""
    department = get_object_or_404(_departments(request), code=code)
    department.renew_calendar(by=request.user)
    messages.success(request, _("%(name)sのカレンダーのアドレスを作りました。") % {"name": department.name})
    return redirect("portal:calendars")


@require_safe
@never_cache
def due_days(request: HttpRequest, key: str) -> HttpResponse:
    """Send a department's due days to who knows the URL (iCalendar); 404 for any other."""
    department = Department.objects.by_calendar_key(key)
    if department is None:
        raise Http404
    return calendar_response("due-days.ics", _("期限（%(name)s）") % {"name": department.name}, events_of(department))


def _departments(request: AuthedRequest) -> DepartmentQuerySet:
    """Return the departments whose calendar the person sees; raise Http404 for others than staff."""
    if not request.user.is_staff:
        raise Http404
    own = None if is_secretariat(request.user) else request.user.department_ids()
    return Department.objects.offered_to(own)
