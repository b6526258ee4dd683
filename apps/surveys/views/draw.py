"""Views of the entry into a draw: a page apart from the questionnaire."""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import client_ip, user_of
from apps.surveys import actions
from apps.surveys.actions import AccountRespondent, LetterRespondent
from apps.surveys.forms.draw import EntryForm, LetterEntryForm
from apps.surveys.models import ActionRefused, Draw, Survey


def draw_of(slug: str) -> Draw:
    """Return the draw of a public survey; raise Http404 without one."""
    draw = get_object_or_404(Survey.objects.public().for_pages(), slug=slug).find_draw()
    if draw is None:
        raise Http404
    return draw


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: HttpRequest, slug: str) -> HttpResponse:
    """Enter the draw after answering, or take the entry back. Who answered is asked, what was answered is nowhere."""
    draw = draw_of(slug)
    survey = draw.survey
    if not survey.is_sample and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    form = (LetterEntryForm if survey.is_sample else EntryForm)(request.POST or None)
    is_leaving = request.POST.get("step") == "withdraw"
    if request.method == "POST" and (form.is_valid() or is_leaving):
        data = form.cleaned_data
        try:
            if survey.is_sample:
                code = data.get("code", "")
                actions.check_answered(survey=survey, code=code, ip=client_ip(request))
                by: actions.Respondent = LetterRespondent(code)
            else:
                by = AccountRespondent(user_of(request))
            if is_leaving:
                actions.withdraw_from_draw(draw=draw, by=by)
            else:
                actions.register_for_draw(draw=draw, name=data["name"], contact=data["contact"], by=by)
        except ActionRefused as refused:
            form = _again(form, survey, request)
            return _page(request, draw, form, sentence=str(refused.sentence))
        return redirect("surveys:draw_left" if is_leaving else "surveys:draw_done", slug)
    return _page(request, draw, form)


def _again(form: EntryForm, survey: Survey, request: HttpRequest) -> EntryForm:
    """Return the form with what was typed, without errors at the fields."""
    kind = LetterEntryForm if survey.is_sample else EntryForm
    return kind(initial={name: request.POST.get(name, "") for name in kind.base_fields})


def _page(request: HttpRequest, draw: Draw, form: EntryForm, *, sentence: str = "") -> HttpResponse:
    """Show the form; with errors or a refusal 422."""
    context = {"survey": draw.survey, "draw": draw, "form": form, "sentence": sentence}
    return render(request, "surveys/draw.html", context, status=422 if form.errors or sentence else 200)


@require_safe
def draw_done(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that the entry has come; the page does not know whose."""
    draw = draw_of(slug)
    return render(request, "surveys/draw_done.html", {"survey": draw.survey, "draw": draw, "is_left": False})


@require_safe
def draw_left(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that there is no entry any more."""
    draw = draw_of(slug)
    return render(request, "surveys/draw_done.html", {"survey": draw.survey, "draw": draw, "is_left": True})
