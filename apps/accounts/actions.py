"""What is done to several rows at once: inviting somebody, ending a role."""

from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Invitation, Posting, Restriction, User
from apps.accounts.rules import outranks, roles_offered_by
from apps.operations.models import AuditEntry, Notification, Outbox


@transaction.atomic
def invite(*, invitation: Invitation, by: User) -> None:
    """Offer a role to an address: the row, its trail and the mail with the only copy of the link."""
    if invitation.role not in roles_offered_by(by):
        raise PermissionDenied(_("この役割に招待する権限がありません。"))
    token = invitation.issue(by=by)
    address = f"{settings.SITE_URL}{reverse('accounts:invitation', args=[token])}"
    about = {"invitation": invitation, "address": address, "site_url": settings.SITE_URL}
    mail = Outbox.objects.enqueue(
        key=f"invitation:{invitation.pk}",
        to=invitation.email,
        subject=render_to_string("accounts/email/invitation_subject.txt", about).strip(),
        body=render_to_string("accounts/email/invitation_message.txt", about).strip(),
    )
    transaction.on_commit(lambda: Outbox.deliver_one(mail.pk), robust=True)


@transaction.atomic
def end_posting(*, posting: Posting, on: date | None, by: User) -> None:
    """Set the last day of a role; the rights are gone on the day after, at the next page the person opens."""
    if not outranks(by, posting.user):
        raise PermissionDenied(_("この人の役割を変える権限がありません。"))
    before = Posting.objects.get(pk=posting.pk).ends_on
    posting.ends_on = on
    posting.save(update_fields=["ends_on"])
    AuditEntry.record("end_posting", posting, by=by, role=posting.role, before=str(before or ""), after=str(on or ""))


@transaction.atomic
def set_active(*, person: User, is_active: bool, by: User) -> None:
    """Shut somebody out of the portal, or let them in again; their texts stay what they are."""
    if not outranks(by, person):
        raise PermissionDenied(_("この人の情報を変える権限がありません。"))
    person.is_active = is_active
    person.save(update_fields=["is_active"])
    AuditEntry.record("set_active", person, by=by, is_active=is_active)


@transaction.atomic
def restrict(*, restriction: Restriction, by: User) -> None:
    """Let somebody write nothing, or not sign in, until a day; the person is told why and how to object.

    A suspension ends the person's sessions at the next page they open.
    """
    person = restriction.user
    if person is not None and (person == by or not outranks(by, person)):
        raise PermissionDenied(_("この人の利用を制限する権限がありません。"))
    restriction.decided_by = by
    restriction.save()
    AuditEntry.record(
        "restrict", restriction, by=by, reason=restriction.reason, kind=restriction.kind,
        user=restriction.user_id, ends=str(restriction.ends_at or ""),
    )  # fmt: skip
    if person is not None:
        _tell_of(restriction, person, key="begin", title=str(restriction.get_kind_display()), body=restriction.sentence)


@transaction.atomic
def lift(*, restriction: Restriction, by: User) -> None:
    """End a restriction before its day."""
    if restriction.user is not None and not outranks(by, restriction.user):
        raise PermissionDenied(_("この人の利用を制限する権限がありません。"))
    restriction.lifted_at = timezone.now()
    restriction.save(update_fields=["lifted_at"])
    AuditEntry.record("lift_restriction", restriction, by=by, kind=restriction.kind, user=restriction.user_id)
    if restriction.user is not None:
        sentence = _("これまでどおり、ログインして投稿できます。")
        _tell_of(restriction, restriction.user, key="end", title=_("利用の制限を解除しました"), body=sentence)


def _tell_of(restriction: Restriction, person: User, *, key: str, title: str, body: str) -> None:
    """On お知らせ and by mail: who is suspended reads only the mail."""
    if person.erased_at is not None:
        return
    address = reverse("accounts:restriction")
    Notification.objects.tell(
        person.pk, kind="restriction", key=f"{restriction.pk}:{key}", title=title, body=body, address=address
    )
    if person.email:
        how = _("異議があるときは、次のページから1回、申し立てることができます（ログインの手続きが必要です）。")
        lines = [body, how, settings.SITE_URL + address] if key == "begin" else [body]
        Outbox.objects.enqueue(
            key=f"restriction:{restriction.pk}:{key}",
            to=person.email,
            subject=_("%(title)s（調布市 市民参加ポータル）") % {"title": title},
            body="\n\n".join(lines),
        )
