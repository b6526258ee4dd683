"""Page of a topic (論点): summary, the city's replies, its proposals."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.consultations.forms.answers import TopicOrderForm
from apps.consultations.forms.proposals import SORTS
from apps.consultations.models import Reply, Topic
from apps.consultations.services.stations import with_stations
from apps.consultations.views.guest_identity import guest_handle
from apps.core.pagination import read_page


@require_safe
def topic(request: HttpRequest, code: str) -> HttpResponse:
    """Show a topic with replies and their timeline, and its public proposals."""
    topic = with_stations(Topic.objects.visible_to(request.user).for_lists()).get_by_code_or_none(code)
    if topic is None:
        raise Http404
    form = TopicOrderForm(request.GET)
    context = {
        "topic": topic,
        "replies": Reply.objects.public().to_topic(topic).for_pages(),
        "form": form,
        **proposals_of(request, topic, form),
    }
    return render(request, "consultations/topic_detail.html", context)


def proposals_of(request: HttpRequest, topic: Topic, form: TopicOrderForm) -> dict[str, object]:
    """Return one page of the proposals in the topic."""
    rows = with_stations(topic.public_proposals.for_lists()).with_liked_by(request.user, guest_handle(request))
    sort = form.values["sort"]
    page = read_page(rows, SORTS[sort][1], name=f"{topic.code}:{sort}", cursor=form.values["cursor"])
    return {"page": page, "sort": sort, **form.page_urls(page)}
