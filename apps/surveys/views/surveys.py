"""Views of surveys: the list, what a survey is about, the thanks after an answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.surveys.models import Survey


@require_safe
def surveys(request: HttpRequest) -> HttpResponse:
    """Render all public surveys, the one that began last first."""
    return render(request, "surveys/survey_list.html", {"surveys": Survey.objects.public().for_lists()})


@require_safe
def survey(request: HttpRequest, slug: str) -> HttpResponse:
    """Render what a survey is about, whom it asks, and what becomes of the answers."""
    survey = get_object_or_404(Survey.objects.visible_to(request.user).for_pages(), slug=slug)
    return render(
        request,
        "surveys/survey_detail.html",
        {"survey": survey, "count": survey.questions.count(), "draw": survey.find_draw()},
    )


@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """Say thank you, the same to everybody: the page does not know what was answered."""
    survey = get_object_or_404(Survey.objects.public().for_pages(), slug=slug)
    return render(
        request, "surveys/thanks.html", {"survey": survey, "pages": survey.load_pages(), "draw": survey.find_draw()}
    )
