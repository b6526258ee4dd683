"""Set and remove likes (イイネ！): of a person, and of a guest by their browser."""

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.models import ActionRefused, GuestLike, Like, Proposal
from apps.consultations.models.guest import require_guest_may_write
from apps.consultations.services.rate_limit import require_browser_under_limit
from apps.operations.models import Notification

LIKES_A_BROWSER, LIKES_AN_ADDRESS = 60, 300  # an hour


@transaction.atomic
def set_like(*, user: User, proposal: Proposal, wanted: bool, guest: str = "") -> bool:
    """Like a proposal or remove the like. Return whether anything changed. Notify its author, never by whom.

    guest: the browser's hash. What it liked before its person signed in does not count beside the person's own like.
    """
    if wanted:
        user.begin_writing()
    if guest and wanted:
        GuestLike.objects.set(handle=guest, proposal=proposal, wanted=False)
    changed = Like.objects.set(user=user, proposal=proposal, wanted=wanted)
    if changed and wanted and proposal.author_id and not proposal.is_by(user):
        Notification.objects.notify(
            proposal.author_id,
            kind="liked",
            key=proposal.code,
            title=_("あなたの意見 %(code)s にイイネ！が届きました") % {"code": proposal.code},
            quotes=proposal,
            url=proposal.get_absolute_url(),
        )
    return changed


@transaction.atomic
def set_guest_like(*, handle: str, ip: str, proposal: Proposal, wanted: bool) -> bool:
    """Set or remove a guest's like (イイネ！). Return whether anything changed."""
    if wanted:
        if not proposal.consultation.allows_guests:
            raise ActionRefused(_("イイネ！をするには、ログインまたは新規登録をしてください。"))
        require_guest_may_write(handle)
        require_browser_under_limit("like", handle=handle, ip=ip, browser=LIKES_A_BROWSER, network=LIKES_AN_ADDRESS)
    return GuestLike.objects.set(handle=handle, proposal=proposal, wanted=wanted)
