"""Notify authors and applicants of decisions, on お知らせ and by e-mail, with the rule and how to appeal."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.consultations.models import Decision, ErasureRequest, PolicyArticle, Proposal, State, TakedownRequest
from apps.consultations.models.comment import Comment
from apps.operations.models import Notification, Outbox

Action = Decision.Action
GOOD_NEWS = {
    Action.APPROVE: gettext_lazy("内容を確かめました。運用ポリシーに反することはありませんでした。"),
    Action.RESTORE: gettext_lazy(
        "もう一度確かめた結果、表示しない理由はないと判断しました。だれでも読むことができます。"
    ),
}


def name_of(text: Proposal | Comment) -> str:
    """Return the name of a text in messages: its code, never its words."""
    if isinstance(text, Proposal):
        return _("意見 %(code)s") % {"code": text.code}
    return _("意見 %(code)s へのコメント") % {"code": text.proposal.code}


def notify_author(decision: Decision, text: Proposal | Comment) -> None:
    """Notify the author of a decision; nothing is sent where nothing changed for the author."""
    title = _title(decision.action, name_of(text))
    if title:
        _notify(text, title=title, body=_explained(decision, text), key=f"decision:{decision.pk}")


def notify_of_undo(decision: Decision, text: Proposal | Comment) -> None:
    """Notify the author that a decision was undone, with the present state."""
    if _title(decision.action, ""):
        title = _("%(name)sについての判断を取り消しました") % {"name": name_of(text)}
        body = _("いまの状態は「%(state)s」です。") % {"state": text.get_state_display()}
        _notify(text, title=title, body=body, key=f"undone:{decision.pk}")


def _title(action: str, name: str) -> str:
    titles = {
        Action.APPROVE: _("%(name)sを公開しました"),
        Action.HIDE: _("%(name)sを非表示にしました"),
        Action.UPHOLD: _("%(name)sは、確かめた結果、非表示のままとしました"),
        Action.RESTORE: _("%(name)sを公開に戻しました"),
        Action.REDACT: _("%(name)sの一部を伏せました"),
        Action.ERASE: _("%(name)sを完全に削除しました"),
    }
    return titles[Action(action)] % {"name": name} if action in titles else ""


def _explained(decision: Decision, text: Proposal | Comment) -> str:
    """Return the body: which rule, and what the author can do."""
    parts = []
    if decision.article:
        parts.append(_("理由：%(reason)s（運用ポリシー第%(number)d条）") % _article_words(decision.article))
    elif decision.action == Action.HIDE:
        parts.append(text.gone_reason)
    if decision.action in GOOD_NEWS:
        parts.append(str(GOOD_NEWS[Action(decision.action)]))
    if decision.action == Action.REDACT:
        parts.append(_("個人がわかる部分を「●●（個人情報のため）」に置き換えました。"))
    if decision.may_be_appealed:
        parts.append(_("判断に異議があるときは、下のページから1回、申し立てることができます。"))
    elif decision.action in {Action.UPHOLD, Action.ERASE}:
        parts.append(_("ご不明な点は、お問い合わせのページからご連絡ください。"))
    return "\n".join(parts)


def _article_words(article: PolicyArticle) -> dict[str, object]:
    return {"reason": article.reason, "number": article.number}


def _notify(text: Proposal | Comment, *, title: str, body: str, key: str) -> None:
    author = text.author
    if author is None or author.erased_at is not None:
        return
    url = text.get_own_url()
    model = text._meta.model_name or ""
    Notification.objects.notify(author.pk, kind="moderation", key=f"{model}:{text.pk}", title=title, body=body, url=url)
    if author.email:
        mail = [title, body, settings.SITE_URL + url]
        Outbox.objects.enqueue(
            key=f"moderation:{key}",
            to=author.email,
            subject=_("%(title)s（調布市 市民参加ポータル）") % {"title": title},
            body="\n\n".join(part for part in mail if part),
            department=_department_of(text),
        )


def email_erasure_outcome(request: ErasureRequest) -> None:
    """E-mail the person who requested an erasure what somebody else decided."""
    requester = request.asked_by
    if requester is None or not requester.email or request.settled_by_id == requester.pk:
        return
    name = name_of(request.case.text)
    sentence = {
        request.Outcome.CONFIRMED: _("%(name)sは、別の担当者が確認し、完全に削除しました。"),
        request.Outcome.DECLINED: _("%(name)sは、別の担当者の判断により、完全削除をしませんでした。"),
    }[request.Outcome(request.outcome)]
    url = settings.SITE_URL + reverse("admin:consultations_moderationcase_change", args=[request.case_id])
    Outbox.objects.enqueue(
        key=f"erasure-settled:{request.pk}",
        to=requester.email,
        subject=_("完全削除の確認の結果（調布市 市民参加ポータル）"),
        body=f"{sentence % {'name': name}}\n\n{url}",
    )


def email_applicant(request: TakedownRequest, decision: Decision, text: Proposal | Comment) -> None:
    """E-mail the decision to the applicant of a takedown, if an address was left."""
    if not request.email:
        return
    lines = [
        _("%(name)sについて、削除・訂正のお申し出をいただきました。市の判断をお知らせします。")
        % {"name": name_of(text)},
        _("判断：%(what)s") % {"what": _outcome(text)},
    ]
    if decision.article:
        lines.append(_("理由：%(reason)s（運用ポリシー第%(number)d条）") % _article_words(decision.article))
    lines.append(_("ご不明な点は、お問い合わせのページからご連絡ください。"))
    Outbox.objects.enqueue(
        key=f"takedown:{request.pk}:{decision.pk}",
        to=request.email,
        subject=_("削除・訂正のお申し出への回答（調布市 市民参加ポータル）"),
        body="\n\n".join(lines),
        department=_department_of(text),
    )


def _department_of(text: Proposal | Comment) -> str:
    """Return the name of the department that asks what the text answers."""
    proposal = text if isinstance(text, Proposal) else text.proposal
    return proposal.consultation.department.name


def _outcome(text: Proposal | Comment) -> str:
    if text.erased_at:
        return _("完全に削除しました。")
    if text.state == State.PUBLISHED:
        redacted = Decision.objects.in_force().for_target(text).redacting().exists()
        return _("一部を伏せて、公開を続けます。") if redacted else _("そのまま公開を続けます。")
    return _("表示していません。")
