"""Similar proposals (似た意見): those that share most words with one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.analysis.services.counting import alike
from apps.consultations.models import Proposal
from apps.core.htmx_parts import is_part_wanted
from apps.core.text import as_number


@require_safe
def similar(request: HttpRequest, code: str) -> HttpResponse:
    """Show similar proposals, as a page or as the part that htmx loads into a proposal's page."""
    proposal = get_object_or_404(Proposal.objects.public().select_related("consultation"), code=as_number(code))
    rows = Proposal.objects.public().in_consultation(proposal.consultation)
    found = alike(rows, proposal)
    by_id = {row.pk: row for row in rows.filter(pk__in=[pk for pk, _words in found]).for_lists()}
    pairs = [(by_id[pk], words) for pk, words in found if pk in by_id]
    context = {"proposal": proposal, "similar": pairs}
    is_part = is_part_wanted(request)
    return render(request, "analysis/_similar.html" if is_part else "analysis/similar.html", context)
