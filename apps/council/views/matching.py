"""課題 × 提案: lists, pages, the forms of both sides, and the matches."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.consultations.models import ActionRefused
from apps.core.pagination import Order, read_page
from apps.council import actions
from apps.council.forms.editing import DecisionForm
from apps.council.forms.matching import CallFilterForm, ChallengeForm, OfferForm, PairForm
from apps.council.models import Challenge, Match, Offer
from apps.council.views.helpers import require_publishing, require_work

NEWEST = Order(("pk",))


@require_safe
def challenges(request: HttpRequest) -> HttpResponse:
    """What the city and residents look for partners for."""
    rows = Challenge.objects.public().select_related("department")
    return _list(request, rows, "challenge")


@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """What organizations can bring."""
    rows = Offer.objects.public().select_related("organization")
    return _list(request, rows, "offer")


def _list(request: HttpRequest, rows: Any, kind: str) -> HttpResponse:
    form = CallFilterForm(request.GET)
    chosen = form.values()
    found = rows.in_field(chosen["field"]).search(chosen["q"]).for_lists()
    kept = {"q": chosen["q"], "field": getattr(chosen["field"], "slug", "")}
    kept = {key: value for key, value in kept.items() if value}
    page = read_page(found, NEWEST, name=f"{kind}:{urlencode(kept)}", cursor=chosen["cursor"])
    context = {
        "form": form,
        "page": page,
        "kind": kind,
        "is_filtered": bool(kept),
        "may_offer": request.user.has_perm("council.work"),
        "older_url": f"?{urlencode({**kept, 'cursor': page.older})}" if page.older else "",
        "newer_url": f"?{urlencode({**kept, 'cursor': page.newer})}" if page.newer else "",
    }
    return render(request, "council/call_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def challenge(request: HttpRequest, pk: int) -> HttpResponse:
    """One challenge, and the open offers that fit it."""
    rows = Challenge.objects.visible_to(request.user).select_related("department", "proposal").for_lists()
    return _call(request, get_object_or_404(rows, pk=pk), Offer.objects.select_related("organization"))


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """One offer, and the open challenges that fit it."""
    rows = Offer.objects.visible_to(request.user).select_related("organization").for_lists()
    return _call(request, get_object_or_404(rows, pk=pk), Challenge.objects.select_related("department"))


def _call(request: HttpRequest, shown: Any, others: Any) -> HttpResponse:
    """A page of either kind; a POST is the secretariat's decision."""
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require_publishing(request)
        if form.is_valid() and _decided(request, shown, form):
            return redirect(shown)
    is_own = request.user.is_authenticated and shown.is_spoken_for_by(request.user)
    publishes = request.user.has_perm("council.publish")
    context = {
        "call": shown,
        "kind": shown._meta.model_name,
        "fitting": others.fitting(shown) if shown.is_open else [],
        "may_pair": shown.is_open and (is_own or publishes),
        "may_decide": publishes and shown.state == "waiting",
        "may_end": shown.is_open and (is_own or publishes),
        "form": form,
    }
    return render(request, "council/call_detail.html", context, status=422 if form.errors else 200)


def _decided(request: HttpRequest, shown: Any, form: DecisionForm) -> bool:
    publish = form.cleaned_data["decision"] == "publish"
    try:
        actions.decide_call(call=shown, publish=publish, note=form.cleaned_data["note"], by=request.user)
    except ActionRefused as refused:
        form.add_error("note", refused.sentence)
        return False
    messages.success(request, _("公開しました。") if publish else _("差し戻しました。"))
    return True


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def challenge_new(request: HttpRequest) -> HttpResponse:
    """A department or a resident states a challenge."""
    form = ChallengeForm(request.POST if request.method == "POST" else None, user=request.user)
    return _new(request, form, actions.state_challenge, "council/challenge_new.html")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer_new(request: HttpRequest) -> HttpResponse:
    """An organization states an offer."""
    require_work(request)
    form = OfferForm(request.POST if request.method == "POST" else None, user=request.user)
    return _new(request, form, actions.make_offer, "council/offer_new.html")


def _new(request: HttpRequest, form: Any, act: Any, template: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            made, _is_new = act(by=request.user, **form.words)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("提出しました。事務局の確認が済むと公開されます。"))
            return redirect(made)
    return render(request, template, {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def challenge_end(request: HttpRequest, pk: int) -> HttpResponse:
    """No partner is looked for any more."""
    return _end(request, get_object_or_404(Challenge.objects.visible_to(request.user), pk=pk))


@login_required
@require_POST
def offer_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for an offer."""
    return _end(request, get_object_or_404(Offer.objects.visible_to(request.user), pk=pk))


def _end(request: HttpRequest, shown: Any) -> HttpResponse:
    try:
        actions.end_call(call=shown, by=request.user)
        messages.success(request, _("募集を終了しました。"))
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
    return redirect(shown)


@require_safe
def matches(request: HttpRequest) -> HttpResponse:
    """Matches that count, each once."""
    public = Match.objects.public()
    page = read_page(public.for_lists(), NEWEST, name="matches", cursor=request.GET.get("cursor", "")[:400])
    context = {
        "page": page,
        "count": public.count(),
        "older_url": f"?{urlencode({'cursor': page.older})}" if page.older else "",
        "newer_url": f"?{urlencode({'cursor': page.newer})}" if page.newer else "",
    }
    return render(request, "council/match_list.html", context)


@login_required
@require_POST
def match_new(request: HttpRequest) -> HttpResponse:
    """Bring a challenge and an offer together."""
    form = PairForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("募集中の課題と提案だけを組み合わせられます。"))
        return redirect("council:challenges")
    try:
        made = actions.propose_match(by=request.user, **form.cleaned_data)
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
        return redirect(form.cleaned_data["challenge"])
    messages.success(request, _("組み合わせを申し込みました。双方が確認すると成立します。"))
    return redirect(made)


@require_safe
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """One match: who has said yes, and what came of it."""
    shown = get_object_or_404(Match.objects.visible_to(request.user).for_lists(), pk=pk)
    sides = shown.sides_of(request.user) if request.user.is_authenticated else []
    context = {
        "match": shown,
        "contacts": shown.contacts_for(request.user) if sides else [],
        "may_confirm": bool(sides) and shown.waits_for(request.user),
        "may_start": shown.may_start_project(request.user),
        "project": getattr(shown, "project", None),
    }
    return render(request, "council/match_detail.html", context)


@login_required
@require_POST
def match_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """A side says yes."""
    shown = get_object_or_404(Match.objects.visible_to(request.user).for_lists(), pk=pk)
    try:
        done = actions.confirm_match(match=shown, by=request.user)
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(
            request, _("組み合わせが成立しました。") if done else _("確認しました。相手の確認を待っています。")
        )
    return redirect(shown)
