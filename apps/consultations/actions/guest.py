"""Taking part without an account: a proposal with a passphrase, and likes one a browser."""

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.consultations.actions.moderation.screening import look_at
from apps.consultations.actions.proposals import set_tags
from apps.consultations.models import (
    ActionRefused,
    GuestKey,
    GuestLike,
    Proposal,
    Question,
    State,
)
from apps.consultations.models.codes import next_codes
from apps.consultations.models.guest import require_guest_may_write
from apps.core import rate_limit
from apps.core.submission import content_key
from apps.core.text import as_number
from apps.core.wake_tasks import wake
from apps.operations.models import AuditEntry

HOUR = 3600
QUARTER = 900
POSTS_A_BROWSER, POSTS_AN_ADDRESS = 5, 30  # an hour; a school or 市役所 shares one address
LIKES_A_BROWSER, LIKES_AN_ADDRESS = 60, 300
TRIES_A_PROPOSAL, TRIES_AN_ADDRESS = 5, 50  # of passphrases from one network, a quarter of an hour
DAY, TRIES_A_DAY = 24 * HOUR, 2000  # of passphrases for one proposal, from all networks: of 3,200,000,000 possible ones


class TooFast(ActionRefused):
    """More than a person does."""


def _slow_down(what: str, handle: str, address: str, browser: int, network: int) -> None:
    """Count one act of a browser and of its network; refuse when it is one too many."""
    by_browser = rate_limit.hit(f"guest-{what}:{handle}", most=browser, seconds=HOUR)
    if not rate_limit.hit(f"guest-{what}-from:{address}", most=network, seconds=HOUR) or not by_browser:
        raise TooFast(_("短い時間にたくさん送られています。1時間ほどたってから、もう一度お試しください。"))


@transaction.atomic
def post_as_guest(
    *,
    question: Question,
    body: str,
    title: str = "",
    nickname: str = "",
    tags: list[str] | None = None,
    age_band: str = "",
    district: str = "",
    relation: str = "",
    submit_key: uuid.UUID,
    consent_version: str,
    handle: str,
    address: str,
) -> tuple[GuestKey, str]:
    """Somebody without an account answers a question; the key, and its passphrase in clear, which is told only now.

    Idempotent: the same form with the same content again gives the first key without a passphrase.

    Raises ActionRefused where guests are not asked, outside the period and when it goes too fast; Restricted for a
    browser that may not write now.
    """
    sent = content_key(
        submit_key, question=question, title=title, body=body, nickname=nickname, tags=tags or [],
        age_band=age_band, district=district, relation=relation,
    )  # fmt: skip
    repeated = GuestKey.objects.filter(submit_key=sent).first()
    if repeated:
        return repeated, ""
    if not question.consultation.allows_guests:
        raise ActionRefused(_("このテーマへの投稿には、ログインまたは新規登録が必要です。"))
    question.require_open()
    require_guest_may_write(handle)
    _slow_down("post", handle, address, POSTS_A_BROWSER, POSTS_AN_ADDRESS)
    verdict = look_at(body, title=title, consultation=question.consultation, guest=handle, is_guest=True)
    proposal = Proposal(
        consultation=question.consultation,
        question=question,
        public_name=nickname,
        title=title,
        body=body,
        age_band=age_band,
        district=district,
        relation=relation,
        state=State.HELD if verdict.holds else State.PUBLISHED,
        published_at=None if verdict.holds else timezone.now(),
        code=next_codes()[0],
    )
    proposal.full_clean(validate_constraints=False, exclude=["question", "consultation", "author"])
    key = GuestKey(proposal=proposal, handle=handle, submit_key=sent, consent_version=consent_version)
    words = key.make_passphrase()
    try:
        with transaction.atomic():
            proposal.save(force_insert=True)
            key.save(force_insert=True)
    except IntegrityError:
        return GuestKey.objects.get(submit_key=sent), ""
    set_tags(proposal=proposal, names=tags or [])
    verdict.open_case(proposal)
    wake("proposal-changed")
    return key, words


def open_with(*, code: str, typed: str, address: str, handle: str = "") -> GuestKey:
    """The key that a number and a passphrase open.

    handle: the browser's hash. Tries are counted for each network and proposal, so that a stranger's wrong ones stop
    the stranger, not the owner; the browser that wrote the proposal is counted by itself. All networks together have a
    wide bound for each proposal and day: four words of three hundred are not guessed within it, and the browser that
    wrote the proposal is never stopped by it.
    """
    is_own = GuestKey.objects.is_from(code, handle)
    tries = f"passphrase:{as_number(code)}:{handle if is_own else address}"
    fair = rate_limit.hit(tries, most=TRIES_A_PROPOSAL, seconds=QUARTER)
    if not is_own:
        fair &= rate_limit.hit(f"passphrase-from:{address}", most=TRIES_AN_ADDRESS, seconds=QUARTER)
    if not fair:
        raise TooFast(_("合言葉の入力が続けて間違っています。15分ほどたってから、もう一度お試しください。"))
    if not is_own and not rate_limit.hit(f"passphrase-to:{as_number(code)}", most=TRIES_A_DAY, seconds=DAY):
        raise TooFast(
            _(
                "この番号には、合言葉の間違いがたいへん多く続いています。投稿したときのブラウザから開くか、明日お試しください。"
            )
        )
    key = GuestKey.objects.opened_by(code, typed)
    if key is None:
        raise ActionRefused(_("番号か合言葉が違います。合言葉は、投稿したときに表示された4つの言葉です。"))
    rate_limit.reset(tries)
    return key


@transaction.atomic
def attach_to_account(*, key: GuestKey, user: Any) -> Proposal:
    """The person has an account now: the proposal is theirs as if they had been signed in; the passphrase ends."""
    user.hold()
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=key.proposal_id)
    if proposal.author_id is not None:
        raise ActionRefused(_("この意見は、すでにアカウントに移されています。"))
    proposal.author = user
    proposal.save(update_fields=["author", "updated_at"])
    key.delete()
    if not user.consent_version:
        user.give_consent(key.consent_version)
    AuditEntry.record("attach_guest_proposal", proposal, by=user)
    return proposal


@transaction.atomic
def set_guest_like(*, handle: str, address: str, proposal: Proposal, wanted: bool) -> bool:
    """A guest's イイネ！ on or off; whether anything changed."""
    if wanted:
        if not proposal.consultation.allows_guests:
            raise ActionRefused(_("イイネ！をするには、ログインまたは新規登録をしてください。"))
        require_guest_may_write(handle)
        _slow_down("like", handle, address, LIKES_A_BROWSER, LIKES_AN_ADDRESS)
    return GuestLike.objects.set(handle=handle, proposal=proposal, wanted=wanted)
