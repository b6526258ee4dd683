"""Erase a text for good (完全削除) under a two-person rule: one requests, another confirms or declines."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Role, User
from apps.consultations.actions.moderation.cases import close_case, settle_erasure
from apps.consultations.actions.moderation.decision_notifications import name_of
from apps.consultations.actions.moderation.redaction import erase, require_no_words
from apps.consultations.models import ActionRefused, Decision, ErasureRequest, ModerationCase, PolicyArticle, State
from apps.consultations.models.comment import Comment
from apps.consultations.models.proposal import Proposal
from apps.operations.models import AuditEntry, Outbox

Outcome = ErasureRequest.Outcome


@transaction.atomic
def request_erasure(*, case: ModerationCase, by: User, article: PolicyArticle, reason: str) -> ErasureRequest:
    """Request the erasure of a text, hide it until the decision, audit it and e-mail the other moderators.

    reason: goes into the audit trail, so it must not quote the text. Raises ActionRefused if erased or requested already.
    """
    case = ModerationCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    text = case.text.locked()
    if text.erased_at:
        raise ActionRefused(_("完全に削除されています。"))
    if ErasureRequest.objects.waiting().for_target(text).exists():
        raise ActionRefused(_("この投稿は、すでに完全削除の確認を待っています。"))
    require_no_words(text, reason)
    if text.state in {State.PUBLISHED, State.HELD}:
        close_case(case, text, action=Decision.Action.HIDE, state=State.HIDDEN, by=by, article=article)
    case = _waiting_case(case, text)
    request = ErasureRequest.objects.create(case=case, article=article, reason=reason, asked_by=by)
    AuditEntry.record("ask_erasure", text, by=by, case=case.pk, article=article.number)
    _email_other_moderators(request, text)
    return request


def _waiting_case(case: ModerationCase, text: Proposal | Comment) -> ModerationCase:
    """Return the case in which the request waits: the open one, or this one, reopened."""
    open_case = ModerationCase.objects.for_target(text).undecided().select_for_update(of=("self",)).first()
    if open_case is not None:
        return open_case
    case.closed_at = None
    case.save(update_fields=["closed_at"])
    return case


def _email_other_moderators(request: ErasureRequest, text: Proposal | Comment) -> None:
    """E-mail everybody who could confirm, without any word of the text."""
    url = settings.SITE_URL + reverse("admin:consultations_moderationcase_change", args=[request.case_id])
    lines = [
        _("%(name)sの完全削除の確認を待っています。頼んだ人とは別の人が、内容を確かめて決めてください。"),
        _("決まるまで、この投稿は表示していません。"),
        url,
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
def confirm_erasure(*, request: ErasureRequest, by: User) -> Decision:
    """Confirm the request and erase the text. Raises ActionRefused for the person who requested it."""
    request = _locked(request)
    if request.asked_by_id == by.pk:
        raise ActionRefused(
            _("完全削除は、頼んだ人とは別の人が確認します。ほかのモデレーターか事務局に頼んでください。")
        )
    decision = erase(request=request, by=by)
    settle_erasure(request, Outcome.CONFIRMED, by=by)
    return decision


@transaction.atomic
def decline_erasure(*, request: ErasureRequest, by: User) -> None:
    """Decline the request, or withdraw it; the text stays hidden."""
    request = _locked(request)
    settle_erasure(request, Outcome.DECLINED, by=by)


def _locked(request: ErasureRequest) -> ErasureRequest:
    """Return the request, locked after its case. Raises ActionRefused if it is settled already."""
    ModerationCase.objects.select_for_update(of=("self",)).get(pk=request.case_id)
    erasure_request = ErasureRequest.objects.waiting().select_for_update(of=("self",)).filter(pk=request.pk).first()
    if erasure_request is None:
        raise ActionRefused(_("この依頼は、すでに決まっています。"))
    return erasure_request
