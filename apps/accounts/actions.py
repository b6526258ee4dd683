"""What is done to several rows at once: inviting somebody, ending a role."""

from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Invitation, Posting, User
from apps.accounts.rules import outranks, roles_offered_by
from apps.operations.models import AuditEntry, Outbox


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
