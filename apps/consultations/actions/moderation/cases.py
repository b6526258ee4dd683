"""Decide on moderation cases and open them. Lock order everywhere: case, then text."""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.consultations.actions.comments import notify_of_comment
from apps.consultations.actions.moderation.decision_notifications import (
    email_applicant,
    email_erasure_outcome,
    notify_author,
    notify_of_undo,
)
from apps.consultations.models import (
    AbuseReport,
    ActionRefused,
    Comment,
    Decision,
    ErasureRequest,
    GuestKey,
    ModerationCase,
    PolicyArticle,
    Proposal,
    State,
    TakedownRequest,
)
from apps.consultations.services.rate_limit import require_under_limit
from apps.core.concurrency import insert_once
from apps.core.submission import content_key
from apps.core.wake_tasks import wake
from apps.operations.models import AuditEntry

Action = Decision.Action
Trigger = ModerationCase.Trigger
APPROVE, HIDE, RESTORE = "approve", "hide", "restore"
REPORTS_AN_HOUR = 30


@transaction.atomic
def decide(
    *, case: ModerationCase, act: str, by: User, article: PolicyArticle | None = None, note: str = ""
) -> Decision:
    """Approve, hide or restore the text of a case, close the case, audit it and notify those concerned.

    act: APPROVE (publish or keep public), HIDE (needs an article), RESTORE (publish a hidden text). Raises ActionRefused if
    somebody else was quicker, or the text can no longer be decided on.
    """
    case = ModerationCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    text = case.text.locked()
    action, state = _action_and_state(case, text, act)
    if act == HIDE and article is None:
        raise ActionRefused(_("非表示にするときは、運用ポリシーの条を選んでください。"))
    return close_case(
        case, text, action=action, state=state, by=by, article=article if act == HIDE else None, note=note
    )


def _action_and_state(case: ModerationCase, text: Proposal | Comment, act: str) -> tuple[str, str]:
    """Return the action to record and the new state, by the text's present state."""
    if text.erased_at:
        raise ActionRefused(_("完全に削除されています。"))
    if text.state == State.WITHDRAWN:
        raise ActionRefused(text.gone_reason)
    if act != HIDE:
        _require_batch_in_force(text)
    transitions = {
        (APPROVE, State.HELD): (Action.APPROVE, State.PUBLISHED),
        (APPROVE, State.PUBLISHED): (Action.KEEP, State.PUBLISHED),
        (HIDE, State.HELD): (Action.HIDE, State.HIDDEN),
        (HIDE, State.PUBLISHED): (Action.HIDE, State.HIDDEN),
        (HIDE, State.HIDDEN): (Action.UPHOLD, State.HIDDEN),
        (RESTORE, State.HIDDEN): (Action.RESTORE, State.PUBLISHED),
    }
    result = transitions.get((act, State(text.state)))
    if result is None and act == APPROVE:
        raise ActionRefused(_("いまは非表示です。公開するときは「公開に戻す」を選んでください。"))
    if result is None:
        raise ActionRefused(_("非表示ではないため、「公開に戻す」は使えません。"))
    if case.closed_at is not None and result[1] == text.state:
        raise ActionRefused(_("ほかの担当者が、すでに判断しています。"))
    if result[0] == Action.UPHOLD and not case.is_appealed and text.hidden_for_id is None:
        return Action.HIDE, State.HIDDEN  # reports alone hid it; now somebody has looked
    return result


def _require_batch_in_force(text: Proposal | Comment) -> None:
    """Raise ActionRefused for a proposal of a withdrawn batch."""
    if isinstance(text, Proposal) and text.batch is not None:
        text.batch.require_not_withdrawn()


@transaction.atomic
def close_case(
    case: ModerationCase,
    text: Proposal | Comment,
    *,
    action: str,
    state: str,
    by: User | None,
    article: PolicyArticle | None = None,
    note: str = "",
) -> Decision:
    """Create the decision, change the text's state, close the case, notify author and applicants. Case and text must be locked."""
    was_ever_public = text.published_at is not None
    decision = Decision.objects.create(
        case=case,
        action=action,
        article=article,
        note=note,
        decided_by=by,
        before=text.state,
        before_article=text.hidden_for,
        after=state,
    )
    if state != text.state or article != text.hidden_for:
        text.move_to(state, article=article)
    case.decision, case.closed_at = decision, timezone.now() if by is not None else None
    case.save(update_fields=["decision", "closed_at"])
    audit_decision(decision, text, by=by)
    if action not in {Action.REDACT, Action.ERASE}:
        _decline_erasure_requests(text, by=by)
    notify_author(decision, text)
    if isinstance(text, Comment) and text.is_public and not was_ever_public:
        notify_of_comment(text)
    if by is not None:
        answer_takedowns(decision, text)
    wake("proposal-changed")
    return decision


def _decline_erasure_requests(text: Proposal | Comment, *, by: User | None) -> None:
    """Decline waiting erasure requests about a text, when something else is decided."""
    for request in ErasureRequest.objects.waiting().for_target(text).select_for_update(of=("self",)):
        settle_erasure(request, ErasureRequest.Outcome.DECLINED, by=by)


@transaction.atomic
def settle_erasure(request: ErasureRequest, outcome: str, *, by: User | None) -> None:
    """Save and audit the outcome of an erasure request and e-mail the person who requested it."""
    request.settle(outcome, by=by)
    if outcome == ErasureRequest.Outcome.DECLINED:
        AuditEntry.record("decline_erasure", request.case.text, by=by, case=request.case_id)
    email_erasure_outcome(request)


def audit_decision(decision: Decision, text: Proposal | Comment, *, by: User | None, verb: str = "") -> None:
    """Audit a decision: actor, reason, states before and after; never a word of the text."""
    AuditEntry.record(
        verb or decision.action,
        text,
        by=by,
        reason=str(decision.article or ""),
        case=decision.case_id,
        before=decision.before,
        after=decision.after,
        note=bool(decision.note),
    )


@transaction.atomic
def answer_takedowns(decision: Decision, text: Proposal | Comment) -> None:
    """Answer the open takedown requests about a text."""
    for request in TakedownRequest.objects.unanswered().for_target(text).select_for_update():
        request.answered_at = timezone.now()
        request.save(update_fields=["answered_at"])
        email_applicant(request, decision, text)


@transaction.atomic
def undo(*, case: ModerationCase, by: User) -> Decision:
    """Undo the last decision of a case: restore the text's state and reopen the case. Return the undone decision.

    Raises ActionRefused for redactions and erasures, and if something changed since.
    """
    case = ModerationCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    text, decision = case.text.locked(), case.decision
    if decision is None or decision.action in {Action.REDACT, Action.ERASE}:
        raise ActionRefused(_("取り消せる判断がありません。完全に削除した文は、元に戻せません。"))
    if text.state != decision.after or text.erased_at or is_open_elsewhere(case):
        raise ActionRefused(_("その後に変更があったため、取り消せません。"))
    _require_batch_in_force(text)
    _decline_erasure_requests(text, by=by)
    if decision.before != decision.after or decision.before_article != text.hidden_for:
        text.move_to(decision.before, article=decision.before_article)
    decision.undone_at = timezone.now()
    decision.save(update_fields=["undone_at"])
    case.decision, case.closed_at = Decision.objects.in_force().of_case(case).first(), None
    case.save(update_fields=["decision", "closed_at"])
    AuditEntry.record(
        "undo", text, by=by, case=case.pk, undone=decision.action, before=decision.after, after=text.state
    )
    notify_of_undo(decision, text)
    wake("proposal-changed")
    return decision


def is_open_elsewhere(case: ModerationCase) -> bool:
    """Return True if another case about the same text is open: a text has at most one open case."""
    return case.closed_at is not None and ModerationCase.objects.for_target(case.text).undecided().exists()


@transaction.atomic
def appeal(*, decision: Decision, by: User | GuestKey, words: str) -> Decision:
    """Appeal against a decision (異議の申立て), once, by the author; reopens the case. Raises ActionRefused otherwise."""
    by.hold()
    case = ModerationCase.objects.select_for_update(of=("self",)).get(pk=decision.case_id)
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    text = case.text
    if not text.is_by(by):
        raise ActionRefused(_("ご自分の投稿についてだけ申し立てられます。"))
    hiding = Decision.objects.hiding(text)
    if not decision.may_be_appealed or text.erased_at or hiding is None or hiding.pk != decision.pk:
        raise ActionRefused(_("この判断には、すでに申立てがあったか、申立てができなくなっています。"))
    decision.appeal, decision.appealed_at = words, timezone.now()
    decision.save(update_fields=["appeal", "appealed_at"])
    case.decision = decision
    if not is_open_elsewhere(case):
        case.closed_at = None
    case.save(update_fields=["decision", "closed_at"])
    AuditEntry.record("appeal", text, by=by, case=case.pk)
    return decision


@transaction.atomic
def open_case(*, text: Proposal | Comment, by: User, detail: str = "") -> ModerationCase:
    """Open a case about a text for the moderators, by staff, and audit it."""
    case = ModerationCase.objects.open_for(text, trigger=Trigger.STAFF, detail=detail, by=by)
    AuditEntry.record("open_case", text, by=by, case=case.pk)
    return case


@transaction.atomic
def report(*, text: Proposal | Comment, by: User, reason: str, words: str = "") -> bool:
    """Report a text (通報) and return whether the report is new. Rate limit: REPORTS_AN_HOUR per person.

    Reports alone hide nothing, unless the consultation sets from how many people on, and then only a text that no member of
    staff has reviewed yet. Raises ActionRefused over the limit.
    """
    require_under_limit(by=by, rows=AbuseReport.objects.by_user(by), most=REPORTS_AN_HOUR)
    target = {"proposal": text} if isinstance(text, Proposal) else {"comment": text}
    is_new = AbuseReport.objects.submit(by=by, reason=reason, text=words, **target)
    limit = (text if isinstance(text, Proposal) else text.proposal).consultation.hides_after_reports
    if limit and is_new:
        _hide_for_reports(text, limit)
    return is_new


def _hide_for_reports(text: Proposal | Comment, limit: int) -> None:
    """Hide a text that `limit` people reported. The case is locked first, so that of two reports at once the later counts both."""
    case = ModerationCase.objects.for_target(text).undecided().select_for_update(of=("self",)).get()
    if AbuseReport.objects.for_target(text).count() < limit:
        return
    locked = text.locked()
    was_reviewed = Decision.objects.for_target(text).by_people().exists()
    if locked.state == State.PUBLISHED and not was_reviewed:
        close_case(case, locked, action=Action.HIDE, state=State.HIDDEN, by=None)


@transaction.atomic
def request_takedown(
    *, text: Proposal | Comment, wish: str, reason: str, email: str = "", submit_key: uuid.UUID
) -> TakedownRequest:
    """Create a takedown request (削除・訂正の申出) without an account; opens a case, or joins the open one.

    Idempotent per `submit_key`: pressed twice it is one request, and opens no second case once the first was decided.
    """
    key = content_key(submit_key, text=text, wish=wish, reason=reason, email=email)
    repeated = TakedownRequest.objects.filter(submit_key=key).first()
    if repeated:
        return repeated
    case = ModerationCase.objects.open_for(text, trigger=Trigger.TAKEDOWN)
    insert_once(TakedownRequest(case=case, wish=wish, reason=reason, email=email, submit_key=key))
    return TakedownRequest.objects.get(submit_key=key)
