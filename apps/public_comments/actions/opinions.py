"""Send, correct and withdraw an opinion; enter one from paper; leave one out of the count."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.services.rate_limit import TooFast
from apps.core import rate_limit
from apps.core.submission import ContentKey, content_key
from apps.documents.models import Section
from apps.operations.models import AuditEntry
from apps.public_comments.models import ActionRefused, Case, Channel, Eligibility, Opinion, OpinionPart, Sender, State
from apps.public_comments.models.opinion import new_number

SENT_AN_ADDRESS, HOUR = 30, 3600  # opinions from one network within an hour; a school or 市役所 shares one address


@dataclass(frozen=True)
class PartText:
    """What is said of one section; of the whole draft without a section."""

    section: Section | None
    body: str


@dataclass(frozen=True)
class SenderFacts:
    """What the ordinance asks of the sender."""

    name: str
    address: str
    representative: str = ""
    contact: str = ""
    detail: str = ""


class Sent(NamedTuple):
    """An opinion, whether it is new, and for a new one its passphrase in clear, which is told only now."""

    opinion: Opinion
    is_new: bool
    passphrase: str = ""


@transaction.atomic
def send_opinion(
    *,
    case: Case,
    parts: Sequence[PartText],
    sender: SenderFacts,
    eligibility: Eligibility,
    is_group: bool = False,
    author: User | None = None,
    ip: str,
    submit_key: uuid.UUID,
) -> Sent:
    """Send an opinion on the web, with or without an account. Idempotent by its submit key.

    author: who asked to be told of the result in the own account, else None. Raise ActionRefused outside the period,
    TooFast above the rate limit of the network. A restriction of an account does not hold here: nothing is published, and
    the ordinance gives everybody this right.
    """
    if author is not None:
        author.hold()
    key = content_key(
        submit_key, case=case, parts=list(parts), sender=sender, eligibility=eligibility, is_group=is_group
    )
    if repeated := Opinion.objects.filter(submit_key=key).first():
        return Sent(repeated, is_new=False)
    _require_parts(case, parts)
    case.require_open()
    if not rate_limit.hit(f"public-comment-from:{ip}", most=SENT_AN_ADDRESS, seconds=HOUR):
        raise TooFast(_("短い時間にたくさん送られています。1時間ほどたってから、もう一度お試しください。"))
    opinion = Opinion(
        case=case, channel=Channel.WEB, is_group=is_group, eligibility=eligibility, author=author,
        received_on=timezone.localdate(),
    )  # fmt: skip
    passphrase = opinion.make_passphrase()
    return _insert(opinion, parts, sender, key, passphrase)


@transaction.atomic
def enter_opinion(
    *,
    case: Case,
    parts: Sequence[PartText],
    sender: SenderFacts,
    eligibility: Eligibility,
    is_group: bool = False,
    channel: str,
    received_on: date,
    by: User | None,
    submit_key: uuid.UUID,
) -> Sent:
    """Enter an opinion that came by post, FAX, mail or at the counter. Idempotent by its submit key.

    received_on: the day on which it arrived, by the case's rule the postmark. Raise ActionRefused for a day outside the
    period unless it is entered after it, when it can be left out of the count; and once the result is public.
    """
    key = content_key(
        submit_key, case=case, parts=list(parts), sender=sender, eligibility=eligibility, is_group=is_group,
        channel=channel, received_on=received_on,
    )  # fmt: skip
    if repeated := Opinion.objects.filter(submit_key=key).first():
        return Sent(repeated, is_new=False)
    _require_parts(case, parts)
    case = case.get_for_update()  # else a result could be published meanwhile, without a view of this opinion
    if case.state in {"draft", "upcoming", "answered"}:
        raise ActionRefused(_("意見を入力できるのは、募集を始めてから結果を公表するまでです。"))
    if received_on < case.opens_on or received_on > timezone.localdate():
        raise ActionRefused(_("受け付けた日は、募集の初日から今日までの日にしてください。"))
    is_late = received_on > case.closes_on
    opinion = Opinion(
        case=case, channel=channel, is_group=is_group, eligibility=eligibility, typed_by=by, received_on=received_on,
        state=State.EXCLUDED if is_late else State.ACCEPTED, excluded_reason=Opinion.Excluded.LATE if is_late else "",
    )  # fmt: skip
    sent = _insert(opinion, parts, sender, key)
    if sent.is_new:
        AuditEntry.record("enter_opinion", sent.opinion, by=by, channel=channel, late=is_late)
    return sent


@transaction.atomic
def correct_opinion(
    *, opinion: Opinion, parts: Sequence[PartText], sender: SenderFacts, eligibility: Eligibility, is_group: bool
) -> Opinion:
    """Replace the parts and the sender of an opinion within the period; the former parts stay for the city.

    Raise ActionRefused for one that was withdrawn, and after the period.
    """
    locked = _changeable(opinion)
    _require_parts(locked.case, parts)
    former = [(part.section_id, part.body) for part in locked.parts.current().order_by("order", "pk")]
    if former != [(part.section.pk if part.section else None, part.body) for part in parts]:
        locked.edition += 1
        _write_parts(locked, parts)
    locked.eligibility, locked.is_group, locked.changed_at = eligibility, is_group, timezone.now()
    locked.save(update_fields=["edition", "eligibility", "is_group", "changed_at"])
    Sender.objects.update_or_create(opinion=locked, defaults=asdict(sender))
    AuditEntry.record("correct_opinion", locked, by=locked, edition=locked.edition)
    return locked


@transaction.atomic
def withdraw_opinion(*, opinion: Opinion) -> None:
    """Withdraw an opinion within the period: its words, name and address are deleted, the receipt number stays."""
    locked = _changeable(opinion)
    locked.state, locked.changed_at, locked.author = State.WITHDRAWN, timezone.now(), None
    locked.save(update_fields=["state", "changed_at", "author"])
    locked.parts.all().delete()
    Sender.objects.filter(opinion=locked).delete()
    locked.scans.all().erase()
    AuditEntry.record("withdraw_opinion", locked, by=locked)


@transaction.atomic
def exclude_opinion(*, opinion: Opinion, reason: str, by: User | None) -> None:
    """Leave an opinion out of the count, with a reason; an empty reason counts it again.

    A result that was handed in has to be handed in again. Raise ActionRefused for one that was withdrawn, and once the
    result is public.
    """
    case = opinion.case.get_for_update()
    locked = opinion.get_for_update()
    if locked.state == State.WITHDRAWN or case.state == "answered":
        raise ActionRefused(_("取り下げられた意見と、結果を公表した案件の意見は変えられません。"))
    case.take_back_result()
    locked.state = State.EXCLUDED if reason else State.ACCEPTED
    locked.excluded_reason = reason
    locked.full_clean(validate_unique=False)
    locked.save(update_fields=["state", "excluded_reason"])
    AuditEntry.record("exclude_opinion", locked, by=by, reason=reason)


def _changeable(opinion: Opinion) -> Opinion:
    """Return the opinion locked; raise ActionRefused when its sender can no longer change it."""
    locked = opinion.get_for_update()
    if locked.state == State.WITHDRAWN:
        raise ActionRefused(_("この意見は、すでに取り下げられています。"))
    if not locked.is_accepted:
        raise ActionRefused(_("この意見は、変えられません。所管課にお問い合わせください。"))
    locked.case.require_open()
    return locked


def _require_parts(case: Case, parts: Sequence[PartText]) -> None:
    """Raise ActionRefused without words, or for a section of another draft."""
    if not parts or not all(part.body.strip() for part in parts):
        raise ActionRefused(_("意見を書いてください。"))
    if any(part.section and part.section.version_id != case.version_id for part in parts):
        raise ActionRefused(_("選んだ節は、この案の節ではありません。"))


def _insert(
    opinion: Opinion, parts: Sequence[PartText], sender: SenderFacts, key: ContentKey, passphrase: str = ""
) -> Sent:
    """Insert an opinion with its parts and sender; the unique key decides when the same is sent twice at once."""
    opinion.number, opinion.submit_key = new_number(), key
    try:
        with transaction.atomic():
            opinion.save(force_insert=True)
            _write_parts(opinion, parts)
            Sender.objects.create(opinion=opinion, **asdict(sender))
    except IntegrityError:
        repeated = Opinion.objects.filter(submit_key=key).first()
        if repeated is None:
            raise
        return Sent(repeated, is_new=False)
    return Sent(opinion, is_new=True, passphrase=passphrase)


def _write_parts(opinion: Opinion, parts: Sequence[PartText]) -> None:
    """Insert parts as those of the opinion's edition."""
    for order, part in enumerate(parts):
        row = OpinionPart(opinion=opinion, edition=opinion.edition, section=part.section, body=part.body, order=order)
        row.note_words()
        row.full_clean(exclude=["opinion", "section"], validate_constraints=False)
        row.save()
