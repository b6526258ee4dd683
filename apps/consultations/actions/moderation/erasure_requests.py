"""完全削除 by two people: one asks, the text is hidden, all who moderate are told; another one confirms or declines."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Role, User
from apps.consultations.actions.moderation.cases import close, settle_erasure
from apps.consultations.actions.moderation.decision_notifications import name_of
from apps.consultations.actions.moderation.redaction import erase, require_no_words
from apps.consultations.models import ActionRefused, Decision, ErasureRequest, ModerationCase, PolicyArticle, State
from apps.operations.models import AuditEntry, Outbox

Outcome = ErasureRequest.Outcome


@transaction.atomic
def ask_erasure(*, case: ModerationCase, by: Any, article: PolicyArticle, reason: str) -> ErasureRequest:
    """Ask that nothing of a text be left. Until somebody else has decided it is hidden, and its case waits.

    reason: goes into the audit trail, so it must not repeat the words. Raises ActionRefused when it was done or asked before.
    """
    case = ModerationCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    text = case.text.locked()
    if text.erased_at:
        raise ActionRefused(_("完全に削除されています。"))
    if ErasureRequest.objects.waiting().about(text).exists():
        raise ActionRefused(_("この投稿は、すでに完全削除の確認を待っています。"))
    require_no_words(text, reason)
    if text.state in {State.PUBLISHED, State.HELD}:
        close(case, text, action=Decision.Action.HIDE, state=State.HIDDEN, by=by, article=article)
    case = _waiting_case(case, text)
    request = ErasureRequest.objects.create(case=case, article=article, reason=reason, asked_by=by)
    AuditEntry.record("ask_erasure", text, by=by, case=case.pk, article=article.number)
    _tell_the_others(request, text)
    return request


def _waiting_case(case: ModerationCase, text: Any) -> ModerationCase:
    """The case in which the request waits: this one, open again, or the one that is open already."""
    waiting = ModerationCase.objects.about(text).undecided().select_for_update(of=("self",)).first()
    if waiting is not None:
        return waiting
    case.closed_at = None
    case.save(update_fields=["closed_at"])
    return case


def _tell_the_others(request: ErasureRequest, text: Any) -> None:
    """Everybody who could confirm is written to; no word of the text is in the letter."""
    address = settings.SITE_URL + reverse("admin:consultations_moderationcase_change", args=[request.case_id])
    lines = [
        _("%(name)sの完全削除の確認を待っています。頼んだ人とは別の人が、内容を確かめて決めてください。"),
        _("決まるまで、この投稿は表示していません。"),
        address,
    ]
    for person in User.objects.holding(Role.MODERATOR, Role.SECRETARIAT):
        if person.email and person.pk != getattr(request.asked_by, "pk", None):
            Outbox.objects.enqueue(
                key=f"erasure:{request.pk}:{person.pk}",
                to=person.email,
                subject=_("完全削除の確認のお願い（調布市 市民参加ポータル）"),
                body="\n\n".join(lines) % {"name": name_of(text)},
            )


@transaction.atomic
def confirm_erasure(*, request: ErasureRequest, by: Any) -> Decision:
    """The second person agrees: the words go for good. Raises ActionRefused for the person who asked."""
    request = _locked(request)
    if request.asked_by_id == by.pk:
        raise ActionRefused(
            _("完全削除は、頼んだ人とは別の人が確認します。ほかのモデレーターか事務局に頼んでください。")
        )
    decision = erase(request=request, by=by)
    settle_erasure(request, Outcome.CONFIRMED, by=by)
    return decision


@transaction.atomic
def decline_erasure(*, request: ErasureRequest, by: Any) -> None:
    """Nothing is erased: the second person declines, or whoever asked takes the request back. The text stays hidden."""
    request = _locked(request)
    settle_erasure(request, Outcome.DECLINED, by=by)


def _locked(request: ErasureRequest) -> ErasureRequest:
    """The request, after its case, as long as nobody has decided on it."""
    ModerationCase.objects.select_for_update(of=("self",)).get(pk=request.case_id)
    standing = ErasureRequest.objects.waiting().select_for_update(of=("self",)).filter(pk=request.pk).first()
    if standing is None:
        raise ActionRefused(_("この依頼は、すでに決まっています。"))
    return standing
