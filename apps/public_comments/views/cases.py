"""Views of cases: the list, a case with its days and papers, its form in three steps."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.requests import client_ip
from apps.core.calendar_file import calendar_response
from apps.core.form_steps import form_step
from apps.core.uploads import send_upload
from apps.public_comments import actions
from apps.public_comments.forms import StartForm, WebOpinionForm
from apps.public_comments.forms.opinions import grown
from apps.public_comments.models import ActionRefused, Case, CasePaper
from apps.public_comments.services.case_timeline import calendar_days, steps_of


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Render all announced cases, the one that opened last first."""
    return render(request, "public_comments/case_list.html", {"cases": Case.objects.public().for_lists()})


def case_for(request: HttpRequest, slug: str) -> Case:
    """Return the case of a URL; raise Http404 if the reader may not see it."""
    return get_object_or_404(Case.objects.visible_to(request.user).for_lists(), slug=slug)


@require_safe
def case(request: HttpRequest, slug: str) -> HttpResponse:
    """Render a case: the draft, what is asked, by when and how, and its steps."""
    case = case_for(request, slug)
    context = {
        "case": case,
        "steps": steps_of(case),
        "papers": case.papers.all(),
        "eligible": case.eligible.all(),
        "sections": case.version.sections.in_order(),
    }
    return render(request, "public_comments/case_detail.html", context)


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the days of a case (iCalendar)."""
    case = case_for(request, slug)
    return calendar_response(f"public-comment-{slug}.ics", case.title, calendar_days(case))


@require_safe
def paper(request: HttpRequest, slug: str, pk: int) -> FileResponse:
    """Send a related paper to those who may see the case."""
    paper = get_object_or_404(CasePaper, case=case_for(request, slug), pk=pk)
    return send_upload(paper.file, filename=f"{paper.title}.pdf")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    """Write an opinion in three steps: 入力, 確認, 完了. Outside the period the page says why (403)."""
    case = get_object_or_404(Case.objects.public().for_lists(), slug=slug)
    options: dict[str, Any] = {"case": case, "has_account": request.user.is_authenticated}
    if request.POST.get("step") == "add":
        return show_form(request, case, WebOpinionForm(initial=grown(request.POST), **options))
    start = StartForm(request.GET).values["section"]
    data = request.POST if request.method == "POST" else None
    form = WebOpinionForm(data, initial={"section_0": start}, **options)
    step = form_step(request, form, save="send")
    if step == "input":
        return show_form(request, case, form)
    if step == "preview":
        return render(request, "public_comments/opinion_preview.html", {"case": case, "form": form})
    return send(request, case, form)


def show_form(request: HttpRequest, case: Case, form: WebOpinionForm) -> HttpResponse:
    """Show the first step; outside the period why nothing is taken instead, with what was typed (403)."""
    refusal, status = "", 422 if form.is_bound and form.errors else 200
    try:
        case.require_open()
    except ActionRefused as refused:
        refusal, status = str(refused), 403
    context = {"case": case, "form": form, "refusal": refusal}
    return render(request, "public_comments/opinion_form.html", context, status=status)


def send(request: HttpRequest, case: Case, form: WebOpinionForm) -> HttpResponse:
    """Answer the third step with number and passphrase: never in the session, never behind a redirect."""
    author = request.user if request.user.is_authenticated and form.is_to_be_told else None
    try:
        sent = actions.send_opinion(
            case=case, author=author, ip=client_ip(request), submit_key=form.cleaned_data["submit_key"], **form.said
        )
    except ActionRefused as refused:
        form.add_error(None, str(refused))
        return show_form(request, case, form)
    context = {"case": case, "opinion": sent.opinion, "passphrase": sent.passphrase}
    return render(request, "public_comments/opinion_done.html", context)
