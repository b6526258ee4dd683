"""Views of a questionnaire: page by page, a look at everything, one answer; the same for staff who only try it."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.kept_posts import restored_data
from apps.accounts.requests import client_ip, user_of
from apps.surveys import actions
from apps.surveys.actions import AccountRespondent, LetterRespondent
from apps.surveys.forms import Questionnaire
from apps.surveys.forms.questionnaire import CODE_MOST, CodeForm
from apps.surveys.models import ActionRefused, AnswerMark, Survey
from apps.surveys.models.response import account_key
from apps.surveys.services.answer_words import in_words


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer a survey page by page. Outside the period the page says why, with what was typed (403)."""
    survey = get_object_or_404(Survey.objects.public().for_lists(), slug=slug)
    if not survey.is_sample and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    sheet = questionnaire(request, survey)
    try:
        survey.require_open()
        if not survey.is_sample and not request.POST:  # said at once, not after twenty questions
            AnswerMark.objects.require_may_answer(survey, account_key(survey, user_of(request)))
    except ActionRefused as refused:
        return refuse(request, sheet, refused)
    if survey.is_sample and request.POST:
        try:
            actions.check_code(survey=survey, code=sheet.code, ip=client_ip(request))
        except ActionRefused as refused:
            is_begun = sheet.page > sheet.first_page or request.POST.get("step") == "send"
            if not is_begun or isinstance(refused, actions.TooFast):
                return show_page(request, sheet, sheet.first_page, sentence=str(refused))
    return step(request, sheet, is_trial=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def trial(request: HttpRequest, slug: str) -> HttpResponse:
    """Try a survey as residents will see it, for who runs it: nothing is ever stored (試行)."""
    survey = get_object_or_404(Survey.objects.visible_to(request.user).for_lists(), slug=slug)
    if not request.user.has_perm("surveys.run", survey):
        return redirect(survey)
    return step(request, questionnaire(request, survey), is_trial=True)


def questionnaire(request: HttpRequest, survey: Survey) -> Questionnaire:
    """Return the questionnaire as it was sent; for a GET a fresh one, with the code of the letter's link."""
    if request.method == "POST":
        return Questionnaire(survey, request.POST)
    restored = restored_data(request)  # of a press that came when the session had ended
    return Questionnaire(survey, restored, code=request.GET.get("code", "")[:CODE_MOST])


def step(request: HttpRequest, sheet: Questionnaire, *, is_trial: bool) -> HttpResponse:
    """Answer one press: the page before or after, the look at everything, the sending."""
    wanted = request.POST.get("step", "")
    if request.method != "POST" or not sheet.is_whole or wanted not in {"next", "back", "send"}:
        page = sheet.page if sheet.page in sheet.reachable else sheet.first_page
        return show_page(request, sheet, page, is_trial=is_trial)
    if wanted == "back":
        return show_page(request, sheet, sheet.page_before(sheet.page), is_trial=is_trial)
    wrong = sheet.wrong_page(to=sheet.page if wanted == "next" else 99)
    if wrong is not None:
        return show_page(request, sheet, wrong, is_trial=is_trial, has_errors=True)
    following = sheet.page_after(sheet.page)
    if wanted == "next" and following is not None:
        return show_page(request, sheet, following, is_trial=is_trial)
    if wanted == "next":
        return show_everything(request, sheet, is_trial=is_trial)
    return redirect_done(request, sheet, is_trial=is_trial)


def show_page(
    request: HttpRequest, sheet: Questionnaire, page: int, *, is_trial: bool = False, has_errors: bool = False,
    sentence: str = "",
) -> HttpResponse:  # fmt: skip
    """Show a page of the questionnaire; with errors, or a sentence about the code, 422."""
    form = sheet.errors[page] if has_errors else sheet.form(page)
    place, count = sheet.progress(page)
    asks_code = sheet.survey.is_sample and not is_trial and page == sheet.first_page
    context = {
        "survey": sheet.survey, "sheet": sheet, "form": form, "page": page, "place": place, "count": count,
        "carried": sheet.carried(page), "is_trial": is_trial, "sentence": sentence,
        "code_form": CodeForm(initial={"code": sheet.code}) if asks_code else None,
    }  # fmt: skip
    return render(request, "surveys/answer_page.html", context, status=422 if has_errors or sentence else 200)


def show_everything(request: HttpRequest, sheet: Questionnaire, *, is_trial: bool, sentence: str = "") -> HttpResponse:
    """Show all answers in words before they are sent."""
    context = {
        "survey": sheet.survey, "sheet": sheet, "carried": sheet.carried(None), "is_trial": is_trial,
        "lines": in_words(sheet.questions, sheet.answers), "sentence": sentence,
    }  # fmt: skip
    return render(request, "surveys/answer_preview.html", context, status=422 if sentence else 200)


def redirect_done(request: HttpRequest, sheet: Questionnaire, *, is_trial: bool) -> HttpResponse:
    """Send the answers and lead to the thanks; a trial sends nothing and says so."""
    if is_trial:
        return render(request, "surveys/thanks.html", {"survey": sheet.survey, "is_trial": True})
    survey = sheet.survey
    by = LetterRespondent(sheet.code) if survey.is_sample else AccountRespondent(user_of(request))
    key = sheet.envelope.cleaned_data["submit_key"]
    try:
        actions.send_response(survey=survey, answers=sheet.answers, by=by, submit_key=key)
    except ActionRefused as refused:
        return refuse(request, sheet, refused)
    return redirect("surveys:thanks", survey.slug)


def refuse(request: HttpRequest, sheet: Questionnaire, refused: ActionRefused) -> HttpResponse:
    """Say why nothing is taken, with what was typed (403)."""
    lines = in_words(sheet.questions, sheet.answers) if sheet.answers else []
    context = {"survey": sheet.survey, "refusal": refused.sentence, "lines": lines}
    return render(request, "surveys/answer_refused.html", context, status=403)
