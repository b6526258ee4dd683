"""Decorators for views of one's own text: by the account that wrote it, or by its passphrase typed in this browser."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.consultations.forms.guest import CODE_MAX
from apps.consultations.models import Comment, GuestKey, Proposal
from apps.core.text import as_number
from apps.core.types import StrOrPromise

SESSION = "guest_keys"
OPEN_SECONDS = 3600


class OwnTextMixin:
    """What a text of one's own knows of its author. by: the person, or the key of somebody without an account."""

    by: User | GuestKey

    @property
    def is_guest(self) -> bool:
        """Return whether it was opened with its passphrase."""
        return isinstance(self.by, GuestKey)


@dataclass(frozen=True)
class OwnProposal(OwnTextMixin):
    """A proposal and its author. by: the person, or the key of somebody without an account."""

    proposal: Proposal
    by: User | GuestKey

    @property
    def url(self) -> str:
        """Return the URL of the page where its author sees it."""
        if self.is_guest:
            return reverse("consultations:guest_proposal", args=[self.proposal.code])
        return self.proposal.get_absolute_url()


@dataclass(frozen=True)
class OwnComment(OwnTextMixin):
    """A comment and its author. by: the person, or the key of somebody without an account."""

    comment: Comment
    by: User | GuestKey

    @property
    def url(self) -> str:
        """Return the URL of the page where its author sees it in any state."""
        if isinstance(self.by, GuestKey):
            return self.by.get_absolute_url()
        return reverse("consultations:comment_own", args=[self.comment.proposal.code, self.comment.pk])


R = TypeVar("R", bound=HttpRequest)
OwnCommentView = Callable[[HttpRequest, OwnComment], HttpResponse]
CommentView = Callable[[HttpRequest, str, int], HttpResponse]
OwnProposalView = Callable[[HttpRequest, OwnProposal], HttpResponse]
ProposalView = Callable[[HttpRequest, str], HttpResponse]


def by_account(view: OwnProposalView) -> ProposalView:
    """Decorate a view for the person who wrote the proposal; 404 for everybody else who is signed in."""

    @login_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def inner(request: HttpRequest, code: str) -> HttpResponse:
        user = cast("User", request.user)
        proposal = get_object_or_404(Proposal.objects.by_author(user).for_lists(), code=as_number(code))
        return view(request, OwnProposal(proposal, by=user))

    return inner


def by_passphrase(view: OwnProposalView) -> ProposalView:
    """Decorate a view for a browser in which the proposal's passphrase was typed within the hour."""

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @with_key
    @wraps(view)
    def inner(request: HttpRequest, key: GuestKey) -> HttpResponse:
        return view(request, OwnProposal(cast("Proposal", key.proposal), by=key))

    return inner


def comment_by_account(view: OwnCommentView) -> CommentView:
    """Decorate a view for the person who wrote the comment; 404 for everybody else who is signed in."""

    @login_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def inner(request: HttpRequest, code: str, pk: int) -> HttpResponse:
        user = cast("User", request.user)
        own = Comment.objects.by_author(user).select_related("proposal")
        comment = get_object_or_404(own, pk=pk, proposal__code=as_number(code))
        return view(request, OwnComment(comment, by=user))

    return inner


def comment_by_passphrase(view: OwnCommentView) -> Callable[..., HttpResponse]:
    """Decorate a view for a browser in which the comment's passphrase was typed within the hour."""

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @with_key
    @wraps(view)
    def inner(request: HttpRequest, key: GuestKey) -> HttpResponse:
        return view(request, OwnComment(cast("Comment", key.comment), by=key))

    return inner


def with_key(view: Callable[[R, GuestKey], HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate a view of a proposal (code) or comment (code, pk): pass the key that was opened in this browser, or redirect
    to the passphrase form."""

    @wraps(view)
    def inner(request: R, code: str, pk: int | None = None) -> HttpResponse:
        number = code if pk is None else f"{code}-{pk}"
        key = _opened_key(request, number)
        if key is None or key.comment_id != pk:
            return ask_passphrase(request, number)
        return view(request, key)

    return inner


def remember_key(request: HttpRequest, key: GuestKey) -> None:
    """Note in the session that the passphrase was right."""
    now = int(timezone.now().timestamp())
    request.session[SESSION] = {**request.session.get(SESSION, {}), str(key.pk): now}


def _opened_key(request: HttpRequest, code: str) -> GuestKey | None:
    """Return the key of a text if it was opened in this browser within the hour."""
    key = GuestKey.objects.get_by_code_or_none(code)
    opened = request.session.get(SESSION, {}).get(str(key.pk), 0) if key else 0
    return key if timezone.now().timestamp() - opened < OPEN_SECONDS else None


def ask_passphrase(request: HttpRequest, code: str, sentence: StrOrPromise = "") -> HttpResponse:
    """Redirect to the form of number and passphrase. sentence: why, if there is more to say."""
    messages.info(request, sentence or _("番号と合言葉を入れてください。"))
    response = redirect("consultations:guest")
    response["Location"] += f"?code={as_number(code)[:CODE_MAX]}"
    return response
