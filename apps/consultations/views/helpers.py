"""What several pages need: finding the consultation, answering an act, coming back to where one was."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme

from apps.consultations.models import Consultation, ModerationRule, Proposal
from apps.core.text import as_number
from apps.operations.models import SitePage

TERMS = "terms"


def consultation_for(request: HttpRequest, slug: str) -> Consultation:
    """The consultation of an address, or 404 when this person may not see it."""
    visible = Consultation.objects.visible_to(request.user).select_related("department").with_tags()
    return get_object_or_404(visible, slug=slug)


def public_proposal(code: str) -> Proposal:
    """A public proposal, or 404: nobody likes, comments or reports what is not public."""
    return get_object_or_404(Proposal.objects.public().select_related("consultation"), code=as_number(code))


def back(request: HttpRequest, fallback: str) -> HttpResponseRedirect:
    """To the page that the form named, if it is one of ours."""
    wanted = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        wanted = fallback
    return HttpResponseRedirect(wanted)


def refuse(request: HttpRequest, sentence: Any, fallback: str) -> HttpResponse:
    """Say why an act did not happen, on the page one came from."""
    messages.error(request, sentence)
    return back(request, fallback)


def consent_needed(user: Any) -> bool:
    """Whether this person has not consented yet; asked once, before the first post."""
    return not user.consent_version


def note_consent(user: Any) -> None:
    """Store the consent with the version of the terms in force."""
    if consent_needed(user):
        user.give_consent(SitePage.objects.current_version(TERMS))


def hints_for(form: Any) -> list[str]:
    """What the author should look at once more: what looks like personal data in title and text."""
    text = f"{form.cleaned_data.get('title', '')}\n{form.cleaned_data['body']}"
    return ModerationRule.objects.personal_hints([text])[text]
