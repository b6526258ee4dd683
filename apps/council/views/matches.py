"""Views of what becomes of a match: an offer to a challenge, declining, and the messages between its sides."""

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.requests import AuthedRequest
from apps.consultations.models import ActionRefused
from apps.core.pagination import Order, read_page
from apps.council import actions
from apps.council.forms.matching import AnswerForm, DeclineForm, MessageForm, MessagesForm
from apps.council.models import Challenge, Match, MatchMessage, Offer
from apps.council.views.helpers import require_work

NEWEST = Order(("pk",))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def challenge_answer(request: AuthedRequest, pk: int) -> HttpResponse:
    """Make an offer of one's organization to a challenge: a new one, or one that is open already."""
    challenge = get_object_or_404(Challenge.objects.visible_to(request.user).for_lists(), pk=pk)
    require_work(request)
    form = AnswerForm(request.POST if request.method == "POST" else None, user=request.user, challenge=challenge)
    if request.method == "POST" and form.is_valid():
        try:
            match, _is_new = actions.answer_challenge(challenge=challenge, by=request.user, **form.cleaned_data)
        except ActionRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            flash.success(request, _("提案を届けました。課題の側の確認を待っています。"))
            return redirect(match)
    own = Offer.objects.open().for_user(request.user).unmatched_with(challenge).newest()
    context = {"form": form, "challenge": challenge, "own_offers": own.select_related("organization")}
    return render(request, "council/challenge_answer.html", context, status=422 if form.errors else 200)


def _own_match(request: AuthedRequest, pk: int) -> Match:
    """Return a match of one's own side or, for the secretariat, any; raise 404 if it is not visible, 403 if it is others'."""
    match: Match = get_object_or_404(Match.objects.visible_to(request.user).for_lists(), pk=pk)
    if not Match.objects.of_side(request.user).filter(pk=pk).exists():
        raise PermissionDenied(_("マッチングの双方の担当者と事務局のためのページです。"))
    return match


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def match_decline(request: AuthedRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then decline a match for one's side."""
    match = _own_match(request, pk)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decline_match(match=match, reason=form.cleaned_data["reason"], by=request.user)
        except ActionRefused as refused:
            form.add_error(None, refused.sentence)
        else:
            flash.success(request, _("断りました。相手に知らせました。取り消すこともできます。"))
            return redirect(match)
    return render(
        request, "council/match_decline.html", {"form": form, "match": match}, status=422 if form.errors else 200
    )


@login_required
@require_POST
def match_undecline(request: AuthedRequest, pk: int) -> HttpResponse:
    """Take the decline of one's side back."""
    match = _own_match(request, pk)
    try:
        actions.take_back_decline(match=match, by=request.user)
    except ActionRefused as refused:
        flash.error(request, refused.sentence)
    else:
        flash.success(request, _("断ったことを取り消しました。"))
    return redirect(match)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def match_messages(request: AuthedRequest, pk: int) -> HttpResponse:
    """Show the messages of a match to its sides and the secretariat; POST adds one."""
    match = _own_match(request, pk)
    form = MessageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.send_message(match=match, by=request.user, **form.cleaned_data)
        except ActionRefused as refused:
            form.add_error("body", refused.sentence)
        else:
            flash.success(request, _("送りました。"))
            return redirect(f"{reverse('council:match_messages', args=[pk])}?sent=1")
    return render(
        request, "council/match_messages.html", _messages(request, match, form), status=422 if form.errors else 200
    )


def _messages(request: HttpRequest, match: Match, form: MessageForm) -> dict[str, object]:
    """Return what the page of a match's messages shows, the newest first."""
    query = MessagesForm(request.GET)
    rows = MatchMessage.objects.visible_to(request.user).of_match(match)
    page = read_page(rows, NEWEST, name=f"messages:{match.pk}", cursor=query.values["cursor"])
    for message in page.rows:
        message.match = match
    return {"form": form, "match": match, "page": page, **query.page_urls(page)}
