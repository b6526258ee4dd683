"""Write a comment or a reply without an account, where the consultation takes them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.requests import client_ip
from apps.consultations import actions
from apps.consultations.forms import GuestCommentForm
from apps.consultations.models import ActionRefused, Comment, Proposal
from apps.consultations.views.guest import show_passphrase
from apps.consultations.views.guest_identity import guest_identity, remember_guest
from apps.consultations.views.helpers import TERMS, public_proposal
from apps.consultations.views.propose import guest_expectations
from apps.operations.models import SitePage


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def comment_guest(request: HttpRequest, code: str, pk: int | None = None) -> HttpResponse:
    """Write a comment as a guest, or a reply to one (pk); the answer to the post shows the passphrase.

    404 where the consultation takes no comments of guests. Who is signed in writes with the account.
    """
    proposal = public_proposal(code)
    if not proposal.consultation.takes_guest_comments:
        raise Http404
    thread = Comment.objects.for_proposal(proposal).published().top_level()
    parent = get_object_or_404(thread, pk=pk) if pk else None
    if request.user.is_authenticated:
        return redirect("consultations:comment_reply", proposal.code, pk) if pk else redirect(proposal)
    form = GuestCommentForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return show_form(request, proposal, parent, form)
    identity, handle = guest_identity(request)
    version = SitePage.objects.current_version(TERMS)
    try:
        posted = actions.post_comment(
            proposal=proposal,
            author=actions.GuestAuthor(handle, ip=client_ip(request), consent_version=version),
            body=form.cleaned_data["body"],
            public_name=form.public_name,
            parent=parent,
            submit_key=form.cleaned_data["submit_key"],
        )
    except ActionRefused as refused:
        form.add_error(None, str(refused.sentence))
        return show_form(request, proposal, parent, form)
    response = show_passphrase(request, posted.comment, posted.passphrase)
    remember_guest(request, response, identity)
    return response


def show_form(request: HttpRequest, proposal: Proposal, parent: Comment | None, form: GuestCommentForm) -> HttpResponse:
    """Show the form with what will happen to the comment; 422 with what was typed when it came back."""
    expectations = guest_expectations(proposal.consultation)
    context = {"proposal": proposal, "parent": parent, "form": form, **expectations}
    return render(request, "consultations/comment_guest.html", context, status=422 if form.errors else 200)
