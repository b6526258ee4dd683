"""Views of programs: all of them, and one with its procedures."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.participation.models import ParticipationProgram
from apps.participation.services.program_links import public_paths


@require_safe
def programs(request: HttpRequest) -> HttpResponse:
    """Render all public programs, the one that was changed last first."""
    rows = ParticipationProgram.objects.public().for_pages()
    return render(request, "participation/program_list.html", {"programs": rows})


@require_safe
def program(request: HttpRequest, slug: str) -> HttpResponse:
    """Render which procedures a plan will use and when, with links to those that have come."""
    program = get_object_or_404(ParticipationProgram.objects.public().for_pages(), slug=slug)
    steps = list(program.steps.all())
    context = {"program": program, "steps": steps, "paths": public_paths(step.path for step in steps)}
    return render(request, "participation/program_detail.html", context)
