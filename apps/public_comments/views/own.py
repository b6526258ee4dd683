"""Views of one's own opinion: opened by receipt number and passphrase, corrected and withdrawn within the period."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import client_ip
from apps.public_comments import actions
from apps.public_comments.forms import ReceiptForm
from apps.public_comments.forms.opinions import CorrectionForm, grown, values_of
from apps.public_comments.models import ActionRefused, Opinion, ResultRow
from apps.public_comments.models.opinion import read_number

SESSION = "opened_opinions"
OPEN_SECONDS = 3600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """Open one's own opinion by receipt number and passphrase."""
    form = ReceiptForm(request.POST or None, initial={"number": request.GET.get("number", "")[:20]})
    status = 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            opinion = actions.open_with(number=data["number"], typed=data["passphrase"], ip=client_ip(request))
        except ActionRefused as refused:
            form.add_error(None, str(refused.sentence))
            status = 429 if isinstance(refused, actions.TooFast) else 422
        else:
            now = int(timezone.now().timestamp())
            request.session[SESSION] = {**request.session.get(SESSION, {}), opinion.number: now}
            return redirect(opinion)
    if form.errors and status == 200:
        status = 422
    return render(request, "public_comments/receipt.html", {"form": form}, status=status)


def opened(request: HttpRequest, number: str) -> Opinion | None:
    """Return the opinion of a number if it was opened in this browser within the hour."""
    digits = read_number(number)
    since = request.session.get(SESSION, {}).get(digits, 0)
    if timezone.now().timestamp() - since >= OPEN_SECONDS:
        return None
    return Opinion.objects.for_pages().select_related("sender").filter(number=digits).first()


def ask_passphrase(request: HttpRequest, number: str) -> HttpResponse:
    """Redirect to the form of number and passphrase."""
    messages.info(request, _("受付番号と合言葉を入れてください。"))
    response = redirect("public_comments:receipt")
    response["Location"] += f"?number={read_number(number)[:8]}"
    return response


@never_cache
@require_safe
def own(request: HttpRequest, number: str) -> HttpResponse:
    """Show an opinion to who sent it, with what can be done and where the answer will stand."""
    opinion = opened(request, number)
    if opinion is None:
        return ask_passphrase(request, number)
    answers = ResultRow.objects.public().answering(opinion) if opinion.case.has_result else None
    context = {"opinion": opinion, "case": opinion.case, "answers": answers}
    return render(request, "public_comments/opinion_own.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Write an opinion anew within the period; the corrected one holds."""
    opinion = opened(request, number)
    if opinion is None:
        return ask_passphrase(request, number)
    if request.POST.get("step") == "add":
        return show_correction(request, opinion, CorrectionForm(initial=grown(request.POST), case=opinion.case))
    form = CorrectionForm(request.POST or None, initial=values_of(opinion), case=opinion.case)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct_opinion(opinion=opinion, **form.said)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("意見を直しました。受付番号と合言葉は変わりません。"))
            return redirect(opinion)
    return show_correction(request, opinion, form)


def show_correction(request: HttpRequest, opinion: Opinion, form: CorrectionForm) -> HttpResponse:
    """Show the form of a correction; after the period why nothing can be changed (403)."""
    status = 422 if form.is_bound and form.errors else 200
    context = {"opinion": opinion, "case": opinion.case, "form": form, "is_changeable": opinion.is_changeable}
    if not opinion.is_changeable:
        status = 403
    return render(request, "public_comments/opinion_correct.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Ask, then withdraw the opinion."""
    opinion = opened(request, number)
    if opinion is None:
        return ask_passphrase(request, number)
    if request.method == "POST":
        try:
            actions.withdraw_opinion(opinion=opinion)
        except ActionRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("意見を取り下げました。文と、氏名・住所などを消しました。"))
        return redirect(opinion)
    return render(request, "public_comments/opinion_withdraw.html", {"opinion": opinion, "case": opinion.case})
