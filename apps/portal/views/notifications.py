"""Views of お知らせ (notifications), and unsubscribing from the weekly digest."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.requests import AuthedRequest
from apps.consultations.emails import weekly_digest
from apps.core.pagination import Order, read_page
from apps.operations.models import Notification, with_quotations

NEWEST_FIRST = Order(("renewed_at", "pk"))


@require_safe
@login_required
def notifications(request: AuthedRequest) -> HttpResponse:
    """List the person's notifications, the newest first. Reading the page marks nothing as read: a button does."""
    own = Notification.objects.visible_to(request.user)
    page = read_page(own, NEWEST_FIRST, name=f"notifications:{request.user.pk}", cursor=request.GET.get("cursor", ""))
    context = {"page": page, "notifications": with_quotations(page.rows), "has_unread": own.unread().exists()}
    return render(request, "portal/notifications.html", context)


@require_POST
@login_required
def read_all(request: AuthedRequest) -> HttpResponse:
    """Mark all notifications as read."""
    Notification.objects.visible_to(request.user).mark_read()
    messages.success(request, _("すべて既読にしました。"))
    return redirect("portal:notifications")


# A mail program presses the button of List-Unsubscribe-Post from outside, without our cookie or CSRF token.
# The signed token in the address is the proof, and all it can do is stop the mail of one person.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_digest(request: HttpRequest, token: str) -> HttpResponse:
    """Unsubscribe from the weekly digest by its own link, without signing in. GET asks, POST unsubscribes."""
    try:
        if request.method == "POST":
            weekly_digest.stop(token)
        else:
            weekly_digest.handle_of(token)
    except weekly_digest.BadToken:
        return render(request, "portal/digest_stop_broken.html", status=400)
    return render(request, "portal/digest_stop.html", {"is_stopped": request.method == "POST"})
