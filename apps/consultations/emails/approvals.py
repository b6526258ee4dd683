"""E-mails and お知らせ about the approval (決裁) of a reply: to the next approver, to who asked, and when one waits long."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Role, User, enqueue_work_mail, stand_in, to_people
from apps.consultations.models import Approval, DraftComment, Reply


def tell_next_approver(approval: Approval) -> int:
    """Tell who decides next, or who stands in for them. Return how many mails are new."""
    step = approval.next_step
    person = stand_in(step.approver, approval.reply.department) if step else None
    if step is None or person is None:
        return 0
    return _tell(approval.reply, [person], f"step-{step.pk}", _("決裁をお願いします"))


def tell_writers(approval: Approval, occasion: str, words: str, *, by: User, comment: str = "") -> int:
    """Tell who asked for the round and who wrote the draft of its outcome, but not who decided. Return how many mails."""
    ids = {approval.asked_by_id, approval.reply.drafted_by_id} - {by.pk}
    people = [user for user in User.objects.present().filter(pk__in=ids).order_by("pk") if user.serves_city]
    return _tell(approval.reply, people, f"{occasion}-{approval.pk}", words, comment)


def tell_of_comment(comment: DraftComment, approval: Approval | None) -> int:
    """Tell who wrote the draft, who asked for the round and who decides next of a comment, but not its author."""
    step = approval.next_step if approval else None
    ids = {comment.reply.drafted_by_id}
    if approval:
        ids |= {approval.asked_by_id, step.approver_id if step else None}
    people = User.objects.present().filter(pk__in=ids - {comment.author_id}).order_by("pk")
    present = [user for user in people if user.serves_city]
    return _tell(comment.reply, present, f"comment-{comment.pk}", _("下書きにひとことが届きました"), comment.body)


@transaction.atomic
def remind_approvers() -> int:
    """Remind the next approvers of what waits for days, once each; the secretariat of what nobody can decide any more.

    Return how many mails are new.
    """
    return sum(_remind(approval) for approval in Approval.objects.late().with_steps())


def _remind(approval: Approval) -> int:
    step = approval.next_step
    person = stand_in(step.approver, approval.reply.department) if step else None
    if step is None:
        return 0
    if person is None or not person.is_active or not step.waits_for(person, approval.reply.department):
        secretariat = list(User.objects.holding(Role.SECRETARIAT))
        return _tell(approval.reply, secretariat, f"nobody-{step.pk}", _("決裁する人が、この課にいなくなりました"))
    return _tell(approval.reply, [person], f"late-{step.pk}", _("決裁が、3日より前から止まっています"))


def _tell(reply: Reply, people: Iterable[User], occasion: str, words: str, said: str = "") -> int:
    """Enqueue one mail a person, and an お知らせ that leads to the page of the approval."""
    path = reverse("admin:consultations_reply_approval", args=[reply.pk])
    subject = _("【%(code)s】%(words)s（%(department)s）")
    named = {"code": reply.target.code, "words": words, "department": reply.department.name}
    lines = [words, "", *([said, ""] if said else []), f"{settings.SITE_URL}{path}"]
    return enqueue_work_mail(
        to_people(list(people)),
        key_of=lambda name: f"approval:{occasion}:{name}",
        subject=subject % named,
        body="\n".join(lines),
        path=path,
    )
