"""Helpers of several views: look-ups, redirects, consent, hints."""

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme

from apps.accounts.models import User
from apps.consultations.models import Consultation, ModerationRule, Proposal
from apps.core.text import as_number
from apps.core.types import StrOrPromise
from apps.operations.models import SitePage

TERMS = "terms"


def consultation_for(request: HttpRequest, slug: str, *prefetched: str) -> Consultation:
    """Return the consultation of a URL; raises Http404 if the user may not see it. prefetched: relations read with it."""
    visible = Consultation.objects.visible_to(request.user).for_page().prefetch_related(*prefetched)
    return get_object_or_404(visible, slug=slug)


def public_proposal(code: str) -> Proposal:
    """Return a public proposal; raises Http404 otherwise: nobody likes, comments on or reports a non-public one."""
    return get_object_or_404(Proposal.objects.public().for_acts(), code=as_number(code))


def back(request: HttpRequest, fallback: str) -> HttpResponseRedirect:
    """Redirect to the URL in the POST value `next` if it is safe (same host), else to `fallback`."""
    wanted = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        wanted = fallback
    return HttpResponseRedirect(wanted)


def refuse(request: HttpRequest, sentence: StrOrPromise, fallback: str) -> HttpResponse:
    """Show the reason of a refusal and redirect back."""
    messages.error(request, sentence)
    return back(request, fallback)


def consent_needed(user: User) -> bool:
    """Return True if the user has not consented yet; asked once, before the first post."""
    return not user.consent_version


def note_consent(user: User, *, digest: bool) -> None:
    """Store the consent with the version of the terms in force, and the wish for the weekly mail."""
    if consent_needed(user):
        user.give_consent(SitePage.objects.current_version(TERMS), digest=digest)


def hints_for(form: BaseForm) -> list[str]:
    """Return labels of personal data that title and text seem to contain, for the author to check."""
    text = f"{form.cleaned_data.get('title', '')}\n{form.cleaned_data['body']}"
    return ModerationRule.objects.personal_hints([text])[text]
