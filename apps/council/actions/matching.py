"""Submit, decide and end challenges and offers (課題 × 提案); propose and confirm matches. The other side is notified."""

import uuid
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Department, Role, User
from apps.consultations.models import ActionRefused, Proposal, Tag
from apps.consultations.services.rate_limit import require_under_limit
from apps.core.submission import content_key
from apps.council.models import Challenge, Match, MatchMessage, Offer, Organization
from apps.operations.models import AuditEntry, Notification

CALLS_AN_HOUR = 10
MESSAGES_AN_HOUR = 20
CallT = TypeVar("CallT", Challenge, Offer)


@transaction.atomic
def state_challenge(
    *,
    by: User,
    department: Department | None = None,
    proposal: Proposal | None = None,
    submit_key: uuid.UUID,
    **words: Any,
) -> tuple[Challenge, bool]:
    """Submit a challenge: of one's own department, or as a resident from an own public proposal. See `_submit`."""
    own = proposal is not None and Proposal.objects.public().by_author(by).filter(pk=proposal.pk).exists()
    works_there = department is not None and (department.pk in by.department_ids() or by.has_role(Role.SECRETARIAT))
    if not own and not works_there:
        raise ActionRefused(_("課題を出せるのは、ご自分の公開中の意見からか、ご自分の課としてだけです。"))
    origin = {"department": department} if works_there else {"proposal": proposal}
    return _submit(Challenge, by=by, submit_key=submit_key, words=words, **origin)


@transaction.atomic
def make_offer(*, by: User, organization: Organization, submit_key: uuid.UUID, **words: Any) -> tuple[Offer, bool]:
    """Submit an offer of one's own organization. See `_submit`."""
    if not Organization.objects.editable_by(by).filter(pk=organization.pk).exists():
        raise ActionRefused(_("提案を出せるのは、その団体の担当者だけです。"))
    return _submit(Offer, by=by, submit_key=submit_key, words=words, organization=organization)


def _submit(
    model: type[CallT], *, by: User, submit_key: uuid.UUID, words: dict[str, Any], **origin: Any
) -> tuple[CallT, bool]:
    """Create a call that waits for the secretariat. Return it, and whether it is new: idempotent per submit key.

    Raises Restricted for somebody who may not write now, ActionRefused over the rate limit of CALLS_AN_HOUR.
    """
    by.begin_writing()
    key = content_key(submit_key, **words, **origin)
    repeated = model.objects.filter(written_by=by, submit_key=key).first()
    if repeated:
        return repeated, False
    require_under_limit(by=by, rows=model.objects.written_by_person(by), most=CALLS_AN_HOUR)
    fields, tags = words.pop("fields", []), words.pop("tags", [])
    call = model.objects.create(written_by=by, submit_key=key, **words, **origin)
    call.fields.set(fields)
    call.tags.set(Tag.objects.named_or_new(tags))
    AuditEntry.record(f"state_{model._meta.model_name}", call, by=by)
    return call, True


@transaction.atomic
def decide_call(*, call: Challenge | Offer, publish: bool, note: str, by: User) -> None:
    """Publish a challenge or an offer, or return it with a note, as the secretariat; notify its author."""
    if not by.has_perm("council.publish"):
        raise ActionRefused(_("公開と差し戻しは、事務局の職員だけが行えます。"))
    call.decide(publish=publish, note=note, by=by)
    sentence = _("「%(title)s」を公開しました") if publish else _("「%(title)s」に、事務局から修正のお願いがあります")
    if call.written_by_id:
        Notification.objects.notify(
            call.written_by_id, kind="call", key=f"{call._meta.model_name}:{call.pk}",
            title=sentence % {"title": call.title}, body=call.decision_note, url=call.get_absolute_url(),
        )  # fmt: skip


def end_call(*, call: Challenge | Offer, by: User) -> None:
    """End the search for a partner of a call, as its own side or the secretariat."""
    if not (call.is_spoken_for_by(by) or by.has_role(Role.SECRETARIAT)):
        raise ActionRefused(_("募集を終了できるのは、出した側と事務局の担当者だけです。"))
    call.end(by=by)


@transaction.atomic
def propose_match(*, challenge: Challenge, offer: Offer, by: User) -> Match:
    """Propose a match, as either side or as the secretariat. A side that proposes confirms with it. Idempotent."""
    if not (challenge.is_open and offer.is_open):
        raise ActionRefused(_("募集中の課題と提案だけをマッチングられます。"))
    if not (challenge.is_spoken_for_by(by) or offer.is_spoken_for_by(by) or by.has_role(Role.SECRETARIAT)):
        raise ActionRefused(_("マッチングを申し込めるのは、課題の側、提案の側、事務局の担当者です。"))
    by.require_may_write()
    match, is_new = Match.objects.get_or_create(challenge=challenge, offer=offer)
    if match.is_declined:
        raise ActionRefused(
            _("このマッチングは断られています（理由：%(reason)s）。") % {"reason": match.decline_reason}
        )
    if is_new:
        AuditEntry.record("propose_match", match, by=by)
    if match.sides_of(by):
        confirm_match(match=match, by=by)
    if is_new:
        _notify_both_sides(match, by, "proposed", _("「%(title)s」にマッチングの申し込みがあります"))
    return match


@transaction.atomic
def answer_challenge(
    *, challenge: Challenge, by: User, organization: Organization, submit_key: uuid.UUID, **words: Any
) -> tuple[Match, bool]:
    """Make an offer of one's own organization to a challenge: the offer, with a match that its side has confirmed.

    The offer waits for the secretariat to become public; the challenge's side reads it at once and is notified. Return
    the match, and whether the offer is new (idempotent per submit key). Raises ActionRefused when the challenge is closed.
    """
    by.begin_writing()
    challenge = Challenge.objects.select_for_update(of=("self",)).get(pk=challenge.pk)
    offer, is_new = make_offer(by=by, organization=organization, submit_key=submit_key, **words)
    match = Match.objects.filter(challenge=challenge, offer=offer).first()
    if match:
        return match, is_new
    if not challenge.is_open:
        raise ActionRefused(_("この課題の募集は終わっています。"))
    match = Match.objects.create(challenge=challenge, offer=offer, offerer_confirmed_at=timezone.now())
    AuditEntry.record("propose_match", match, by=by, answer=True)
    _notify_both_sides(match, by, "proposed", _("「%(title)s」に提案が届きました"))
    return match, is_new


@transaction.atomic
def decline_match(*, match: Match, reason: str, by: User) -> None:
    """Decline a match for the person's side; the other side reads the reason and is notified."""
    by.require_may_write()
    match.decline(reason=reason, by=by)
    _notify_both_sides(match, by, "declined", _("「%(title)s」のマッチングは見送りになりました"), renews=True)


@transaction.atomic
def take_back_decline(*, match: Match, by: User) -> None:
    """Take a decline back for the side that declined; the other side is notified."""
    by.require_may_write()
    match.take_back_decline(by=by)
    _notify_both_sides(match, by, "declined", _("「%(title)s」のマッチングの見送りが取り消されました"), renews=True)


@transaction.atomic
def send_message(*, match: Match, body: str, by: User, submit_key: uuid.UUID) -> tuple[MatchMessage, bool]:
    """Write into a match for one's side or as the secretariat; both sides are notified. Idempotent per submit key.

    Raises ActionRefused for strangers and over the rate limit of MESSAGES_AN_HOUR.
    """
    by.begin_writing()
    side = match.side_of(by)
    if not side:
        raise ActionRefused(_("やりとりに書けるのは、課題の側、提案の側、事務局の担当者だけです。"))
    key = content_key(submit_key, match=match, body=body)
    repeated = MatchMessage.objects.filter(written_by=by, submit_key=key).first()
    if repeated:
        return repeated, False
    require_under_limit(by=by, rows=MatchMessage.objects.written_by_person(by), most=MESSAGES_AN_HOUR)
    message = MatchMessage.objects.create(match=match, side=side, body=body, written_by=by, submit_key=key)
    AuditEntry.record("send_match_message", match, by=by, side=side)
    for person in sorted(match.people() - {by.pk}):
        Notification.objects.notify(
            person, kind="match", key=f"{match.pk}:messages", url=f"{match.get_absolute_url()}messages/",
            title=_("「%(title)s」のマッチングに、新しいやりとりがあります") % {"title": match.challenge.title},
        )  # fmt: skip
    return message, True


@transaction.atomic
def confirm_match(*, match: Match, by: User) -> bool:
    """Confirm a match for the person's side. Return whether both sides have now; then notify both."""
    by.require_may_write()
    is_confirmed = match.confirm(by=by)
    if is_confirmed:
        _notify_both_sides(match, by, "confirmed", _("「%(title)s」のマッチングが成立しました"))
    return is_confirmed


def _notify_both_sides(match: Match, by: User, event: str, title: str, *, renews: bool = False) -> None:
    """Notify everybody who speaks for either side, except the person who acts.

    renews: for what can happen again: the earlier notification of the event says the new title and is unread again.
    """
    people = match.people() - {by.pk}
    what: dict[str, Any] = {"title": title % {"title": match.challenge.title}, "url": match.get_absolute_url()}
    if not renews:
        Notification.objects.notify_once(people, kind="match", key=f"{match.pk}:{event}", **what)
        return
    for person in sorted(people):
        Notification.objects.notify(person, kind="match", key=f"{match.pk}:{event}", **what)
