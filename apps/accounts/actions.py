"""Actions on people: invite, end a posting, (de)activate an account, restrict and lift. Each is atomic and audited."""

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
    """Invite an e-mail address to a role: store the invitation with its audit entry, and mail the only copy of the link.

    Raises PermissionDenied unless `by` may offer this role.
    """
    if invitation.role not in roles_offered_by(by):
        raise PermissionDenied(_("この役割に招待する権限がありません。"))
    token = invitation.issue(by=by)
    url = f"{settings.SITE_URL}{reverse('accounts:invitation', args=[token])}"
    context = {"invitation": invitation, "url": url}
    mail = Outbox.objects.enqueue(
        key=f"invitation:{invitation.pk}",
        to=invitation.email,
        subject=render_to_string("accounts/email/invitation_subject.txt", context).strip(),
        body=render_to_string("accounts/email/invitation_message.txt", context).strip(),
    )
    transaction.on_commit(lambda: Outbox.deliver_one(mail.pk), robust=True)


@transaction.atomic
def end_posting(*, posting: Posting, on: date | None, by: User) -> None:
    """Set the last day of a posting (None: open end), audited; the rights end on the next day, without any further step.

    Raises PermissionDenied unless `by` outranks the person.
    """
    if not outranks(by, posting.user):
        raise PermissionDenied(_("この人の役割を変える権限がありません。"))
    before = Posting.objects.get(pk=posting.pk).ends_on
    posting.ends_on = on
    posting.save(update_fields=["ends_on"])
    AuditEntry.record("end_posting", posting, by=by, role=posting.role, before=str(before or ""), after=str(on or ""))


@transaction.atomic
def set_active(*, person: User, is_active: bool, by: User) -> None:
    """Deactivate or reactivate an account, audited; the person's texts stay as they are.

    Raises PermissionDenied unless `by` outranks the person.
    """
    if not outranks(by, person):
        raise PermissionDenied(_("この人の情報を変える権限がありません。"))
    person.is_active = is_active
    person.save(update_fields=["is_active"])
    AuditEntry.record("set_active", person, by=by, is_active=is_active)


@transaction.atomic
def restrict(*, restriction: Restriction, by: User) -> None:
    """Restrict a person or guest (no writing, or no sign-in) until a day: store it, audit it, notify the person.

    A suspension ends the person's sessions at the next page they open. Raises PermissionDenied for oneself, one's own
    rank and above.
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
        _notify(
            restriction,
            person,
            key="begin",
            title=_("%(name)sのお知らせ") % {"name": restriction.name},
            body=restriction.sentence,
        )


@transaction.atomic
def lift(*, restriction: Restriction, by: User) -> None:
    """Lift a restriction before its end: store it, audit it, notify the person.

    Raises PermissionDenied unless `by` outranks the person.
    """
    if restriction.user is not None and not outranks(by, restriction.user):
        raise PermissionDenied(_("この人の利用を制限する権限がありません。"))
    restriction.lifted_at = timezone.now()
    restriction.save(update_fields=["lifted_at"])
    AuditEntry.record("lift_restriction", restriction, by=by, kind=restriction.kind, user=restriction.user_id)
    if restriction.user is not None:
        sentence = _("これまでどおり、ログインして投稿できます。")
        _notify(
            restriction,
            restriction.user,
            key="end",
            title=_("%(name)sを解除しました") % {"name": restriction.name},
            body=sentence,
        )


def _notify(restriction: Restriction, person: User, *, key: str, title: str, body: str) -> None:
    """Notify the person on お知らせ and by mail (a suspended person can read only the mail); nobody who has left.

    key: "begin" (the mail then explains how to object) or "end".
    """
    if person.erased_at is not None:
        return
    url = reverse("accounts:restriction")
    Notification.objects.notify(
        person.pk, kind="restriction", key=f"{restriction.pk}:{key}", title=title, body=body, url=url
    )
    if person.email:
        how = _("異議があるときは、次のページから1回、申し立てることができます（ログインの手続が必要です）。")
        lines = [body, how, settings.SITE_URL + url] if key == "begin" else [body]
        Outbox.objects.enqueue(
            key=f"restriction:{restriction.pk}:{key}",
            to=person.email,
            subject=_("%(title)s（調布市 市民参加ポータル）") % {"title": title},
            body="\n\n".join(lines),
        )
