"""Appeals (異議の申立て), takedown requests (削除・訂正の申出) and the public moderation statistics."""

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.accounts.requests import user_of
from apps.consultations import actions
from apps.consultations.forms import AppealForm, FiguresForm, TakedownForm
from apps.consultations.models import ActionRefused, Comment, Decision, GuestKey, Proposal
from apps.consultations.services import moderation_statistics
from apps.core.spreadsheet import csv_response
from apps.core.text import as_number


def own_text(request: HttpRequest, code: str, pk: int | None) -> Proposal | Comment:
    """Return one's own proposal or comment by its URL; raises Http404 for others."""
    if pk is None:
        proposals = Proposal.objects.by_author(request.user).for_own_page()
        return get_object_or_404(proposals, code=as_number(code))
    return own_comment(request, code, pk)


def own_comment(request: HttpRequest, code: str, pk: int) -> Comment:
    """Return one's own comment by its URL; raises Http404 for others."""
    comments = Comment.objects.by_author(request.user).for_own_page()
    return get_object_or_404(comments, pk=pk, proposal__code=as_number(code))


@login_required
@require_safe
def comment_own(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show one's own comment in any state: waiting, hidden with the reason, or withdrawn."""
    comment = own_comment(request, code, pk)
    context = {"comment": comment, "proposal": comment.proposal, "decision": Decision.objects.hiding(comment)}
    return render(request, "consultations/comment_own.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, code: str, pk: int | None = None) -> HttpResponse:
    """Appeal (異議の申立て) against the decision that hides one's own text; once."""
    text = own_text(request, code, pk)
    return ask_to_look_again(request, text, by=user_of(request), back=text.get_own_url())


def ask_to_look_again(
    request: HttpRequest, text: Proposal | Comment, *, by: User | GuestKey, back: str
) -> HttpResponse:
    """Show and handle the form of an appeal.

    by: the author, or without an account the key of the proposal; back: the URL at which the author sees the text.
    """
    decision = Decision.objects.hiding(text)
    if decision is None or not decision.may_be_appealed:
        messages.info(request, _("この投稿について申し立てられる判断は、いまありません。"))
        return redirect(back)
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.appeal(decision=decision, by=by, words=form.cleaned_data["words"])
        except ActionRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _("申立てを受け付けました。市がもう一度確認し、結果をお知らせします。"))
            return redirect(back)
    context = {"text": text, "decision": decision, "form": form, "back": back, "is_comment": isinstance(text, Comment)}
    return render(request, "consultations/appeal.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def takedown(request: HttpRequest) -> HttpResponse:
    """Show and handle the takedown request (削除・訂正の申出), with or without an account. Rate limited by IP address."""
    form = TakedownForm(
        request.POST if request.method == "POST" else None, initial={"address": request.GET.get("text", "")[:200]}
    )
    if request.method != "POST" or not form.is_valid():
        return render(request, "consultations/takedown.html", {"form": form}, status=422 if form.errors else 200)
    if not ratelimit.consume(request, action="takedown"):
        form.add_error(
            None, _("申出が続いたため、いったん受付を止めています。1時間ほどたってから、もう一度お試しください。")
        )
        return render(request, "consultations/takedown.html", {"form": form}, status=429)
    data = {name: form.cleaned_data[name] for name in ("wish", "reason", "email", "submit_key")}
    actions.request_takedown(text=form.text, **data)
    return redirect("consultations:takedown_done")


@require_safe
def takedown_done(request: HttpRequest) -> HttpResponse:
    """Confirm the request."""
    return render(request, "consultations/takedown_done.html")


@require_safe
def policy_figures(request: HttpRequest) -> HttpResponse:
    """Show how many texts were decided on, by month; counts only, never a text."""
    form = FiguresForm(request.GET, years=moderation_statistics.years())
    table = moderation_statistics.of_year(form.selected_year)
    return render(
        request, "consultations/policy_figures.html", {"form": form, "year": form.selected_year, "table": table}
    )


@require_safe
def policy_figures_csv(request: HttpRequest) -> FileResponse:
    """Send the moderation statistics as CSV."""
    form = FiguresForm(request.GET, years=moderation_statistics.years())
    table = moderation_statistics.of_year(form.selected_year)
    return csv_response(_("運用の記録_%(year)d.csv") % {"year": form.selected_year}, table.columns(), table.lines())
