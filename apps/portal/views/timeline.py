"""Page of the timeline (声のゆくえ): a proposal, the city's reply, the projects and plan lines linked to it, their grades."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.consultations.models import Proposal
from apps.consultations.services.stations import with_stations
from apps.consultations.services.timeline import build_timeline, replies_about
from apps.core.fiscal import fiscal_year
from apps.core.htmx_parts import is_part_wanted
from apps.core.text import as_number
from apps.council.models import Challenge, Project
from apps.documents.models import Change
from apps.plans.models import SheetLink

MOST = 20


@require_safe
def timeline(request: HttpRequest, code: str) -> HttpResponse:
    """Show the timeline of a proposal; for htmx only the part beyond the reply, which the proposal's page loads."""
    proposal = get_object_or_404(with_stations(Proposal.objects.public().for_lists()), code=as_number(code))
    context: dict[str, object] = {"proposal": proposal, **onward_of(proposal)}
    if is_part_wanted(request):
        return render(request, "portal/_timeline.html", context)
    replies = replies_about(proposal)
    context |= {"replies": replies, "timeline": build_timeline(proposal, replies)}
    return render(request, "portal/timeline.html", context)


def onward_of(proposal: Proposal) -> dict[str, object]:
    """Return what has to do with a proposal beyond the reply, what there was already (`earlier`) apart from what followed
    (`later`): a project by the day it began, a plan sheet by its fiscal year."""
    given_on = timezone.localdate(proposal.published_at)
    projects = list(Project.objects.public().answering(proposal).oldest().for_cards()[:MOST])
    links = list(SheetLink.objects.leading_to(proposal)[:MOST])
    old_projects = [project for project in projects if project.starts_on and project.starts_on < given_on]
    old_links = [link for link in links if link.sheet.year < fiscal_year(given_on)]
    return {
        "earlier": {"projects": old_projects, "links": old_links},
        "later": {
            "challenges": list(Challenge.objects.public().from_voice(proposal).for_lists()[:MOST]),
            "projects": [project for project in projects if project not in old_projects],
            "changes": list(Change.objects.public().moved_by_proposal(proposal).for_pages()[:MOST]),
            "links": [link for link in links if link not in old_links],
        },
    }
