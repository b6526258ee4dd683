"""Views of マイページ: own texts, likes and follows; profile; export of personal data; deleting the account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import AuthedRequest
from apps.consultations.models import Comment, Follow, Like, Proposal
from apps.core.pagination import Order, read_page
from apps.core.types import StrOrPromise
from apps.operations.models import Notification
from apps.portal import actions
from apps.portal.forms import LeaveForm, ProfileForm
from apps.portal.services import personal_data

SHOWN_FIRST = 5
NEWEST_FIRST = Order(("pk",))
LISTS = {
    "proposals": (gettext_lazy("あなたの投稿"), lambda user: Proposal.objects.by_author(user).for_own_page()),
    "comments": (gettext_lazy("あなたのコメント"), lambda user: Comment.objects.by_author(user).for_own_page()),
    "likes": (gettext_lazy("イイネ！した意見"), lambda user: Like.objects.by_user(user)),
    "follows": (gettext_lazy("フォロー中のテーマ"), lambda user: Follow.objects.by_user(user)),
}


@require_safe
@login_required
def me(request: AuthedRequest) -> HttpResponse:
    """Show the newest rows of everything that is the person's own."""
    user = request.user
    parts = [_part(key, title, list(rows(user)[: SHOWN_FIRST + 1])) for key, (title, rows) in LISTS.items()]
    unread = Notification.objects.visible_to(user).unread()[:3]
    return render(request, "portal/me.html", {"parts": parts, "unread": unread})


def _part(key: str, title: StrOrPromise, rows: list[Model]) -> dict[str, object]:
    """Return the first rows of a section, and whether there are more."""
    return {"key": key, "title": title, "rows": rows[:SHOWN_FIRST], "has_more": len(rows) > SHOWN_FIRST}


@require_safe
@login_required
def own_list(request: AuthedRequest, key: str) -> HttpResponse:
    """List the person's own rows of one kind, the newest first, page by page."""
    if key not in LISTS:
        raise Http404
    title, rows = LISTS[key]
    page = read_page(
        rows(request.user), NEWEST_FIRST, name=f"me:{key}:{request.user.pk}", cursor=request.GET.get("cursor", "")
    )
    return render(request, "portal/me_list.html", {"key": key, "title": title, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: AuthedRequest) -> HttpResponse:
    """Edit the nickname, the defaults of the next post, and the weekly digest."""
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("プロフィールを保存しました。"))
        return redirect("portal:me")
    return render(request, "portal/profile.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@login_required
def data(request: AuthedRequest) -> HttpResponse:
    """Export everything that the portal holds about the person as a JSON file."""
    response = JsonResponse(
        personal_data.personal_data(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response["Content-Disposition"] = personal_data.content_disposition(timezone.localdate())
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delete(request: AuthedRequest) -> HttpResponse:
    """Delete the account (退会), after asking what becomes of the texts."""
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.leave(user=request.user, withdraw=form.wants_withdrawal)
        logout(request)
        return redirect("portal:goodbye")
    counts = actions.what_leaves(request.user)
    return render(request, "portal/delete.html", {"form": form, **counts}, status=422 if form.errors else 200)


@require_safe
def goodbye(request: HttpRequest) -> HttpResponse:
    """Show the page after the account was deleted."""
    return render(request, "portal/goodbye.html")
