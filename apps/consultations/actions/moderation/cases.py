"""What moderators decide about texts, and what people ask of them. Cases are locked before texts, everywhere."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.consultations.actions.moderation.decision_notifications import (
    answer_applicant,
    tell_author,
    tell_of_erasure,
    tell_of_undoing,
)
from apps.consultations.actions.proposals import tell_of_comment
from apps.consultations.models import (
    AbuseReport,
    ActionRefused,
    Comment,
    Decision,
    ErasureRequest,
    ModerationCase,
    PolicyArticle,
    Proposal,
    State,
    TakedownRequest,
)
from apps.consultations.services.rate_limit import require_under_limit
from apps.core.wake_tasks import wake
from apps.operations.models import AuditEntry

Action = Decision.Action
Trigger = ModerationCase.Trigger
APPROVE, HIDE, RESTORE = "approve", "hide", "restore"
REPORTS_AN_HOUR = 30


@transaction.atomic
def decide(
    *, case: ModerationCase, act: str, by: Any, article: PolicyArticle | None = None, note: str = ""
) -> Decision:
    """Approve, hide or restore the text of a case, close the case and tell who has to know.

    act: APPROVE (it may stand), HIDE (needs an article), RESTORE (what was hidden stands again). Raises ActionRefused when
    somebody else was quicker, or when the text can no longer be decided on.
    """
    case = ModerationCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    text = case.text.locked()
    action, state = _what_it_means(case, text, act)
    if act == HIDE and article is None:
        raise ActionRefused(_("非表示にするときは、運用ポリシーの条を選んでください。"))
    return close(case, text, action=action, state=state, by=by, article=article if act == HIDE else None, note=note)


def _what_it_means(case: ModerationCase, text: Any, act: str) -> tuple[str, str]:
    """The action that goes on record and the state afterwards, from where the text stands now."""
    if text.erased_at:
        raise ActionRefused(_("完全に削除されています。"))
    if text.state == State.WITHDRAWN:
        raise ActionRefused(text.gone_reason)
    if act != HIDE:
        _require_standing(text)
    meanings = {
        (APPROVE, State.HELD): (Action.APPROVE, State.PUBLISHED),
        (APPROVE, State.PUBLISHED): (Action.KEEP, State.PUBLISHED),
        (HIDE, State.HELD): (Action.HIDE, State.HIDDEN),
        (HIDE, State.PUBLISHED): (Action.HIDE, State.HIDDEN),
        (HIDE, State.HIDDEN): (Action.UPHOLD, State.HIDDEN),
        (RESTORE, State.HIDDEN): (Action.RESTORE, State.PUBLISHED),
    }
    meant = meanings.get((act, State(text.state)))
    if meant is None and act == APPROVE:
        raise ActionRefused(_("いまは非表示です。公開するときは「公開に戻す」を選んでください。"))
    if meant is None:
        raise ActionRefused(_("非表示ではないため、「公開に戻す」は使えません。"))
    if case.closed_at is not None and meant[1] == text.state:
        raise ActionRefused(_("ほかの担当者が、すでに判断しています。"))
    if meant[0] == Action.UPHOLD and not case.is_appealed and text.hidden_for_id is None:
        return Action.HIDE, State.HIDDEN  # reports alone hid it; now somebody has looked
    return meant


def _require_standing(text: Any) -> None:
    """Refuse to publish what belongs to a batch that was taken back as a whole."""
    if isinstance(text, Proposal) and text.batch is not None:
        text.batch.require_standing()


@transaction.atomic
def close(
    case: ModerationCase, text: Any, *, action: str, state: str, by: Any, article: Any = None, note: str = ""
) -> Decision:
    """Write a decision, move the text, close the case; tell the author and whoever asked. Case and text are locked."""
    was_public_once = text.published_at is not None
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
    record(decision, text, by=by)
    if action not in {Action.REDACT, Action.ERASE}:
        _settle_waiting(text, by=by)
    tell_author(decision, text)
    if isinstance(text, Comment) and text.is_public and not was_public_once:
        tell_of_comment(text)
    if by is not None:
        answer_takedowns(decision, text)
    wake("proposal-changed")
    return decision


def _settle_waiting(text: Any, *, by: Any) -> None:
    """Whoever decides otherwise about a text has declined that it be erased."""
    for request in ErasureRequest.objects.waiting().about(text).select_for_update(of=("self",)):
        settle_erasure(request, ErasureRequest.Outcome.DECLINED, by=by)


@transaction.atomic
def settle_erasure(request: ErasureRequest, outcome: str, *, by: Any) -> None:
    """Say what became of a request to erase; who asked for it is told by whoever decided."""
    request.settle(outcome, by=by)
    if outcome == ErasureRequest.Outcome.DECLINED:
        AuditEntry.record("decline_erasure", request.case.text, by=by, case=request.case_id)
    tell_of_erasure(request)


def record(decision: Decision, text: Any, *, by: Any, verb: str = "") -> None:
    """Who, when, why, before and after as states; never a word of the text."""
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
def answer_takedowns(decision: Decision, text: Any) -> None:
    """Whoever asked to take the text down hears what was decided."""
    for request in TakedownRequest.objects.unanswered().about(text).select_for_update():
        request.answered_at = timezone.now()
        request.save(update_fields=["answered_at"])
        answer_applicant(request, decision, text)


@transaction.atomic
def undo(*, case: ModerationCase, by: Any) -> Decision:
    """Take the last decision of a case back: the text stands where it stood, the case is open again."""
    case = ModerationCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    text, decision = case.text.locked(), case.decision
    if decision is None or decision.action in {Action.REDACT, Action.ERASE}:
        raise ActionRefused(_("取り消せる判断がありません。完全に削除した文は、元に戻せません。"))
    if text.state != decision.after or text.erased_at or is_open_elsewhere(case):
        raise ActionRefused(_("その後に変更があったため、取り消せません。"))
    _require_standing(text)
    _settle_waiting(text, by=by)
    if decision.before != decision.after or decision.before_article != text.hidden_for:
        text.move_to(decision.before, article=decision.before_article)
    decision.undone_at = timezone.now()
    decision.save(update_fields=["undone_at"])
    case.decision, case.closed_at = Decision.objects.in_force().of_case(case).first(), None
    case.save(update_fields=["decision", "closed_at"])
    AuditEntry.record(
        "undo", text, by=by, case=case.pk, undone=decision.action, before=decision.after, after=text.state
    )
    tell_of_undoing(decision, text)
    wake("proposal-changed")
    return decision


def is_open_elsewhere(case: ModerationCase) -> bool:
    """Whether another case about the same text is open: a text has one open case at most."""
    return case.closed_at is not None and ModerationCase.objects.about(case.text).undecided().exists()


@transaction.atomic
def appeal(*, decision: Decision, by: Any, words: str) -> Decision:
    """異議の申立て: the author asks, once per decision, that somebody looks again; the case opens again."""
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
def open_case(*, text: Proposal | Comment, by: Any, detail: str = "") -> ModerationCase:
    """A member of staff asks the moderators to look at a text."""
    case = ModerationCase.objects.open_for(text, trigger=Trigger.STAFF, detail=detail, by=by)
    AuditEntry.record("open_case", text, by=by, case=case.pk)
    return case


@transaction.atomic
def report(*, text: Proposal | Comment, by: Any, reason: str, words: str = "") -> bool:
    """通報 by a person: counts once, opens a case; whether it was new.

    Reports alone hide nothing, unless the consultation says from how many people on, and then only what nobody of the
    city has looked at yet, until somebody does. Raises ActionRefused when somebody reports one text after the other.
    """
    require_under_limit(by=by, rows=AbuseReport.objects.by(by), most=REPORTS_AN_HOUR)
    target = {"proposal": text} if isinstance(text, Proposal) else {"comment": text}
    is_new = AbuseReport.objects.submit(by=by, reason=reason, text=words, **target)
    limit = (text if isinstance(text, Proposal) else text.proposal).consultation.hides_after_reports
    if limit and is_new:
        _hide_for_reports(text, limit)
    return is_new


def _hide_for_reports(text: Proposal | Comment, limit: int) -> None:
    """Hide what `limit` people reported. The case is locked before they are counted: of two at once the later counts both."""
    case = ModerationCase.objects.about(text).undecided().select_for_update(of=("self",)).get()
    if AbuseReport.objects.about(text).count() < limit:
        return
    locked = text.locked()
    looked_at = Decision.objects.about(text).by_people().exists()
    if locked.state == State.PUBLISHED and not looked_at:
        close(case, locked, action=Action.HIDE, state=State.HIDDEN, by=None)


@transaction.atomic
def request_takedown(*, text: Proposal | Comment, wish: str, reason: str, email: str = "") -> TakedownRequest:
    """削除・訂正の申出 by somebody without account: opens a case, or joins the open one."""
    case = ModerationCase.objects.open_for(text, trigger=Trigger.TAKEDOWN)
    return TakedownRequest.objects.create(case=case, wish=wish, reason=reason, email=email)
