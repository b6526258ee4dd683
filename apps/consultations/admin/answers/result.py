"""Preview and publish a result report (公表). A page of ConsultationAdmin."""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from apps.accounts.requests import AuthedRequest
from apps.consultations.models import ActionRefused, Consultation, ResultReport
from apps.consultations.models.answers.result import StatisticsChanged
from apps.consultations.services.answer_table import figures_of


def result_view(admin: "ModelAdmin[Consultation]", request: AuthedRequest, pk: int) -> HttpResponse:
    """Preview the next edition; publish it on POST if it is still what was previewed."""
    consultation = get_object_or_404(Consultation.objects.manageable_by(request.user), pk=pk)
    if not admin.has_change_permission(request, consultation):
        raise PermissionDenied
    try:
        if request.method != "POST":
            return _preview(request, consultation)
        seen = request.POST.get("seen", "")[:64] or "none"
        report = ResultReport.objects.publish(consultation=consultation, by=request.user, seen=seen)
    except StatisticsChanged as changed:
        return _preview(request, consultation, sentence=str(changed.sentence))
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
        return redirect("admin:consultations_consultation_change", pk)
    messages.success(request, _("「%(title)s」の結果報告を公表しました。") % {"title": consultation})
    return redirect(report)


def _preview(request: AuthedRequest, consultation: Consultation, sentence: str = "") -> HttpResponse:
    """Render the public page with an unsaved edition."""
    report = ResultReport.objects.build_next(consultation)
    context = {
        "consultation": consultation,
        "report": report,
        "figures": report.figures,
        "gone": 0,
        "quotes": report.quotes(),
        "editions": [],
        "preview": True,
        "sentence": sentence,
    }
    return TemplateResponse(request, "consultations/result.html", context, status=409 if sentence else 200)


def tell_unanswered(request: HttpRequest, consultation: Consultation) -> None:
    """Say how many public proposals no answer has reached, with a link to them."""
    figures = figures_of(consultation)
    if figures.waiting:
        listed = reverse("admin:consultations_proposal_changelist")
        url = f"{listed}?theme={consultation.slug}&state=published&answer=waiting"
        sentence = _("公開中の意見%(all)d件のうち、%(n)d件には、まだ市の考え方がありません。")
        words = sentence % {"all": figures.proposals, "n": figures.waiting}
        messages.warning(request, format_html('{} <a href="{}">{}</a>', words, url, _("その意見を見る")))
