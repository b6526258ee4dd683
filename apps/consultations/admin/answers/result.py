"""公表 of a result report: first as the public will see it, then the press. The page belongs to ConsultationAdmin."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from apps.consultations.models import ActionRefused, Consultation, ResultReport
from apps.consultations.models.answers.result import OtherFigures


def result_view(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """The next edition as it would be public, with the button that publishes what was looked at and nothing else."""
    asked = get_object_or_404(Consultation.objects.manageable_by(request.user), pk=pk)
    if not admin.has_change_permission(request, asked):
        raise PermissionDenied
    try:
        if request.method != "POST":
            return _shown(request, asked)
        seen = request.POST.get("seen", "")[:64] or "none"
        made = ResultReport.objects.publish(consultation=asked, by=request.user, seen=seen)
    except OtherFigures as other:
        return _shown(request, asked, sentence=str(other.sentence))
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
        return redirect("admin:consultations_consultation_change", pk)
    messages.success(request, _("「%(title)s」の結果報告を公表しました。") % {"title": asked})
    return redirect(made)


def _shown(request: HttpRequest, asked: Consultation, sentence: str = "") -> HttpResponse:
    """The public page, of an edition that is not kept."""
    drawn = ResultReport.objects.drawn_now(asked)
    context = {
        "consultation": asked,
        "report": drawn,
        "figures": drawn.figures,
        "gone": 0,
        "quotes": drawn.quotes(),
        "editions": [],
        "preview": True,
        "sentence": sentence,
    }
    return TemplateResponse(request, "consultations/result.html", context, status=409 if sentence else 200)
