"""Pages of a member: opened by the code of the secretariat, the draft of the minutes, and the answer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import client_ip
from apps.meetings import actions
from apps.meetings.forms.confirmations import AnswerForm, CodeForm
from apps.meetings.models import ActionRefused, Confirmation

SESSION, OPEN_SECONDS = "opened_confirmation", 3600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask a member's code; the draft is open in this browser for an hour."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = actions.open_confirmation(typed=form.cleaned_data["code"], ip=client_ip(request))
        except ActionRefused as refused:
            form.add_error("code", str(refused.sentence))
        else:
            request.session[SESSION] = [opened.pk, int(timezone.now().timestamp())]
            return redirect("meetings:confirm_draft")
    return render(request, "meetings/confirm.html", {"form": form}, status=422 if form.errors else 200)


def opened(request: HttpRequest) -> Confirmation | None:
    """Return what was opened in this browser within the hour, while its draft is not public."""
    pk, since = request.session.get(SESSION, [0, 0])
    is_fresh = timezone.now().timestamp() - since < OPEN_SECONDS
    return Confirmation.objects.for_pages().filter(pk=pk).first() if is_fresh else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_draft(request: HttpRequest) -> HttpResponse:
    """Show a member the draft, and take the answer."""
    confirmation = opened(request)
    if confirmation is None:
        messages.info(request, _("確認のコードを入れてください。"))
        return redirect("meetings:confirm")
    before = {"answer": confirmation.answer, "remark": confirmation.remark}
    form = AnswerForm(request.POST or None, initial={**before, "seen": confirmation.minutes.words_key})
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_minutes(confirmation=confirmation, **form.cleaned_data)
        except ActionRefused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            messages.success(request, _("答えを受け付けました。公表されるまで、同じコードで変えられます。"))
            return redirect("meetings:confirm_draft")
    context = {"confirmation": confirmation, "minutes": confirmation.minutes, "form": form}
    return render(request, "meetings/confirm_draft.html", context, status=422 if form.errors else 200)
