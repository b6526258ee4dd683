"""Views of 課題 × 提案: lists and pages of challenges and offers, their forms, and the matches."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.accounts.requests import AuthedRequest, user_of
from apps.consultations.models import ActionRefused
from apps.core.pagination import Order, read_page
from apps.council import actions
from apps.council.forms.editing import DecisionForm
from apps.council.forms.matching import CallFilterForm, CallForm, ChallengeForm, OfferForm, PairForm
from apps.council.models import Challenge, Match, MatchMessage, Offer
from apps.council.models.matching import CallQuerySet
from apps.council.views.helpers import require_publishing, require_work

NEWEST = Order(("pk",))


@require_safe
def challenges(request: HttpRequest) -> HttpResponse:
    """List the public challenges of departments and residents."""
    rows = Challenge.objects.public().select_related("department")
    return _list(request, rows, "challenge")


@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """List the public offers of organizations."""
    rows = Offer.objects.public().select_related("organization")
    return _list(request, rows, "offer")


def _list(request: HttpRequest, rows: CallQuerySet, kind: str) -> HttpResponse:
    """Render one page of challenges or offers, filtered by the query string."""
    form = CallFilterForm(request.GET)
    values = form.values
    calls = rows.in_field(values["field"]).search(values["q"]).for_lists()
    page = read_page(calls, NEWEST, name=f"{kind}:{form.query()}", cursor=values["cursor"])
    context = {
        "form": form,
        "page": page,
        "kind": kind,
        "is_filtered": bool(form.kept),
        "filter_query": form.query(),
        "may_offer": request.user.has_perm("council.work"),
        **form.page_urls(page),
    }
    return render(request, "council/call_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def challenge(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a challenge with the open offers that fit it."""
    rows = Challenge.objects.visible_to(request.user).select_related("department", "proposal").for_lists()
    return _call_page(request, get_object_or_404(rows, pk=pk), Offer.objects.select_related("organization"))


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an offer with the open challenges that fit it."""
    rows = Offer.objects.visible_to(request.user).select_related("organization").for_lists()
    return _call_page(request, get_object_or_404(rows, pk=pk), Challenge.objects.select_related("department"))


def _call_page(request: HttpRequest, call: Challenge | Offer, candidates: CallQuerySet) -> HttpResponse:
    """Render a challenge or an offer; POST is the secretariat's decision.

    candidates: calls of the other kind, of which the open ones that fit are shown.
    """
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        by = require_publishing(request)
        if form.is_valid() and _decide(request, call, form, by=by):
            return redirect(call)
    is_own = request.user.is_authenticated and call.is_spoken_for_by(request.user)
    publishes = request.user.has_perm("council.publish")
    context = {
        "call": call,
        "is_own": is_own,
        "matches": Match.objects.of_call(call) if is_own or publishes else [],
        "may_answer": isinstance(call, Challenge) and call.is_open and request.user.has_perm("council.work"),
        "kind": call._meta.model_name,
        "fitting": candidates.fitting(call) if call.is_open else [],
        "may_pair": call.is_open and (is_own or publishes),
        "may_decide": publishes and call.state == "waiting",
        "may_end": call.is_open and (is_own or publishes),
        "form": form,
    }
    return render(request, "council/call_detail.html", context, status=422 if form.errors else 200)


def _decide(request: HttpRequest, call: Challenge | Offer, form: DecisionForm, *, by: User) -> bool:
    """Publish or return the call. Return False, with an error in the form, when it is refused."""
    publish = form.cleaned_data["decision"] == "publish"
    try:
        actions.decide_call(call=call, publish=publish, note=form.cleaned_data["note"], by=by)
    except ActionRefused as refused:
        form.add_error("note", refused.sentence)
        return False
    messages.success(request, _("公開しました。") if publish else _("差し戻しました。"))
    return True


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def challenge_new(request: AuthedRequest) -> HttpResponse:
    """Submit a challenge, as a department or as a resident."""
    form = ChallengeForm(request.POST if request.method == "POST" else None, user=request.user)
    return _new(request, form, actions.state_challenge, "council/challenge_new.html")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer_new(request: AuthedRequest) -> HttpResponse:
    """Submit an offer of an organization."""
    require_work(request)
    form = OfferForm(request.POST if request.method == "POST" else None, user=request.user)
    return _new(request, form, actions.make_offer, "council/offer_new.html")


def _new(
    request: AuthedRequest, form: CallForm, act: Callable[..., tuple[Challenge | Offer, bool]], template: str
) -> HttpResponse:
    """Render the form of a challenge or an offer; submit it on POST."""
    if request.method == "POST" and form.is_valid():
        try:
            call, _is_new = act(by=request.user, **form.cleaned_data)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("提出しました。事務局の確認が済むと公開されます。"))
            return redirect(call)
    return render(request, template, {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def challenge_end(request: AuthedRequest, pk: int) -> HttpResponse:
    """End the search for a partner of a challenge."""
    return _end(request, get_object_or_404(Challenge.objects.visible_to(request.user), pk=pk))


@login_required
@require_POST
def offer_end(request: AuthedRequest, pk: int) -> HttpResponse:
    """End the search for a partner of an offer."""
    return _end(request, get_object_or_404(Offer.objects.visible_to(request.user), pk=pk))


def _end(request: AuthedRequest, call: Challenge | Offer) -> HttpResponse:
    """End the search for a partner and return to the page, with a message."""
    try:
        actions.end_call(call=call, by=request.user)
        messages.success(request, _("募集を終了しました。"))
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
    return redirect(call)


@require_safe
def matches(request: HttpRequest) -> HttpResponse:
    """List the confirmed matches."""
    public = Match.objects.public()
    page = read_page(public.for_lists(), NEWEST, name="matches", cursor=request.GET.get("cursor", "")[:400])
    context = {
        "page": page,
        "count": public.count(),
        **page.urls({}),
    }
    return render(request, "council/match_list.html", context)


@login_required
@require_POST
def match_new(request: AuthedRequest) -> HttpResponse:
    """Propose a match of a challenge and an offer."""
    form = PairForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("募集中の課題と提案だけをマッチングられます。"))
        return redirect("council:challenges")
    try:
        match = actions.propose_match(by=request.user, **form.cleaned_data)
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
        return redirect(form.cleaned_data["challenge"])
    messages.success(request, _("マッチングを申し込みました。双方が確認すると成立します。"))
    return redirect(match)


@require_safe
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a match: which sides confirmed it, and the project that came of it."""
    match = get_object_or_404(Match.objects.visible_to(request.user).for_lists(), pk=pk)
    sides = match.sides_of(request.user) if request.user.is_authenticated else []
    may_talk = bool(sides) or request.user.has_perm("council.publish")
    context = {
        "match": match,
        "may_talk": may_talk,
        "message_count": MatchMessage.objects.visible_to(request.user).of_match(match).count() if may_talk else 0,
        "may_decline": bool(sides) and not (match.is_confirmed or match.is_declined),
        "may_take_back": bool(sides) and match.may_take_back(user_of(request)),
        "contacts": match.contacts_for(user_of(request)) if sides else [],
        "may_confirm": bool(sides) and match.waits_for(user_of(request)),
        "may_start": match.may_start_project(request.user),
        "project": getattr(match, "project", None),
    }
    return render(request, "council/match_detail.html", context)


@login_required
@require_POST
def match_confirm(request: AuthedRequest, pk: int) -> HttpResponse:
    """Confirm a match for one's side."""
    match = get_object_or_404(Match.objects.visible_to(request.user).for_lists(), pk=pk)
    try:
        is_confirmed = actions.confirm_match(match=match, by=request.user)
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(
            request, _("マッチングが成立しました。") if is_confirmed else _("確認しました。相手の確認を待っています。")
        )
    return redirect(match)
