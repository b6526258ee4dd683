"""Transactional outbox: a mail is stored with the change that it reports, and sent after the commit; retried, idempotent."""

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.modelfields import PortalEmailField
from apps.core.wake_tasks import wake
from apps.operations.models.audit import AuditEntry
from apps.operations.models.contact import Contact

MAX_TRIES = 8
DEAD_KEPT = timedelta(days=30)  # the page プライバシー says 30日: change both together


SUBJECT_MAX = 200


def masked(email: str) -> str:
    """Return an e-mail address as staff see it: its first letter and its domain (s…@example.jp), empty for none.

    Who knows an address can find its mail by this; nobody can learn an address from it.
    """
    name, _sign, domain = email.strip().lower().rpartition("@")
    return f"{name[:1]}…@{domain}" if name else ""


class OutboxQuerySet(models.QuerySet["Outbox"]):
    """QuerySet of mails: by state, retry, retention, enqueue."""

    def due(self) -> Self:
        """Return the mails to be sent now, oldest first; not the parts of somebody's mail of the day."""
        now = timezone.now()
        return self.filter(sent_at=None, dead=False, send_after__lte=now, bundle_for=None).order_by("pk")

    def parts(self) -> Self:
        """Return what waits for the one mail a day of its recipient."""
        return self.waiting().exclude(bundle_for=None)

    def recipients_of_parts(self) -> list[int]:
        """Return the ids of the people for whom parts wait."""
        ids = self.parts().order_by("bundle_for").values_list("bundle_for", flat=True).distinct()
        return [pk for pk in ids if pk is not None]

    def parts_of(self, recipient_id: int) -> Self:
        """Return the parts of one person, locked, the oldest first; those that another worker holds are left out."""
        return self.parts().filter(bundle_for=recipient_id).order_by("pk").select_for_update(skip_locked=True)

    def mark_bundled(self, parts: "list[Outbox]") -> None:
        """Note that these parts went out in another mail, and erase recipient and body as of every sent mail."""
        self.filter(pk__in=[part.pk for part in parts]).update(sent_at=timezone.now(), to="", body="", headers={})

    def count_and_oldest(self) -> tuple[int, datetime | None]:
        """Return how many they are, and since when the oldest of them could be sent."""
        found = self.order_by().aggregate(number=models.Count("pk"), oldest=models.Min("send_after"))
        return found["number"], found["oldest"]

    def dead_letters(self) -> Self:
        """Return the mails that were given up and can still be sent."""
        return self.filter(dead=True).exclude(to="")

    def waiting(self) -> Self:
        """Return the mails still to be sent, due or not."""
        return self.filter(sent_at=None, dead=False)

    def sent(self) -> Self:
        """Return the sent mails."""
        return self.exclude(sent_at=None)

    def search(self, query: str) -> Self:
        """Return the mails to an address that was typed as a whole, or those with words of the subject or of a domain."""
        if masked(query):
            return self.filter(to_masked=masked(query))
        rows = self
        for word in query.split()[:10]:
            rows = rows.filter(Q(subject__icontains=word) | Q(to_masked__icontains=word))
        return rows

    def try_again(self, *, by: Any) -> int:
        """Retry given-up mails with their Message-ID, audited. Return how many."""
        with transaction.atomic():
            mails = list(self.dead_letters().select_for_update())
            for mail in mails:
                mail.dead, mail.tries, mail.send_after = False, 0, timezone.now()
                mail.save(update_fields=["dead", "tries", "send_after"])
                AuditEntry.record("try_mail_again", mail, by=by)
            wake("mail-queued")
        return len(mails)

    def forget_dead(self) -> int:
        """Erase e-mail address and text of mails given up DEAD_KEPT ago. Return how many."""
        old = self.dead_letters().filter(created_at__lt=timezone.now() - DEAD_KEPT).exclude(to="")
        return old.update(to="", to_masked="", subject="", body="", headers={}, last_error="")

    def keys_among(self, keys: list[str]) -> set[str]:
        """Return which of these keys are taken: whose mail was written before."""
        return set(self.filter(key__in=keys).values_list("key", flat=True))

    def forget_email(self, email: str) -> None:
        """Delete unsent mail to an e-mail address: its owner leaves."""
        self.filter(to__iexact=email, sent_at=None).delete()

    def enqueue(
        self,
        *,
        key: str,
        to: str,
        subject: str,
        body: str,
        department: str = "",
        headers: dict[str, str] | None = None,
        is_signed: bool = True,
        bundle_for: int | None = None,
    ) -> Any:
        """Store a mail with its signature in the outbox (idempotent by key), and wake the delivery task on commit. Return it.

        department: the name of the department that sends, where it is not the one of お問い合わせ先; is_signed: False for
        what a resident writes to the city; bundle_for: id of the person whose one mail a day it is a part of.
        """
        line = " ".join(subject.split())[
            :SUBJECT_MAX
        ]  # names of departments and titles are typed; a subject is one line

        def signed() -> str:
            is_whole = is_signed and bundle_for is None
            signature = f"\n\n{Contact.objects.current().signature(department)}" if is_whole else ""
            return f"{body.rstrip()}{signature}\n"

        values: dict[str, Any] = {
            "to": to, "subject": line, "body": signed, "headers": headers or {}, "bundle_for": bundle_for,
        }  # fmt: skip
        mail, _created = self.get_or_create(key=key, defaults=values)
        wake("mail-queued")
        return mail


class Outbox(models.Model):
    """One mail to one recipient, unique by key (idempotent); retried until it is sent or given up.

    After sending, recipient and body are erased: the portal keeps that it wrote to somebody, not what. What stays of the
    recipient is the first letter and the domain, so that staff can answer 「メールが届かない」.
    """

    key = models.CharField(
        _("鍵"), max_length=200, unique=True, help_text=_("種類・対象・宛先から作る，一通に一つの鍵"), editable=False
    )
    to = PortalEmailField(_("宛先"), blank=True)
    to_masked = models.CharField(_("宛先（一部）"), max_length=260, blank=True, editable=False)
    subject = models.CharField(_("件名"), max_length=SUBJECT_MAX, editable=False)
    body = models.TextField(_("本文"), blank=True, editable=False)
    headers = models.JSONField(_("ヘッダー"), default=dict, blank=True)
    message_id = models.UUIDField(_("メッセージID"), default=uuid.uuid4, unique=True, editable=False)
    bundle_for = models.BigIntegerField(_("まとめて受け取る利用者ID"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("作成日時"), auto_now_add=True)
    send_after = models.DateTimeField(_("送信予定"), default=timezone.now)
    tries = models.PositiveSmallIntegerField(_("試行回数"), default=0)
    last_error = models.TextField(_("最後のエラー"), blank=True, editable=False)
    sent_at = models.DateTimeField(_("送信日時"), null=True, blank=True)
    dead = models.BooleanField(_("送信を断念"), default=False)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("送信メール")
        verbose_name_plural = _("送信メール")
        indexes = [
            models.Index(fields=["send_after", "id"], name="outbox_due", condition=Q(sent_at=None, dead=False)),
            models.Index(
                fields=["bundle_for", "id"], name="outbox_parts", condition=Q(sent_at=None, bundle_for__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(sent_at=None) | Q(dead=False), name="outbox_sent_or_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.key})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new mail keeps what staff may see of its recipient."""
        if self._state.adding:
            self.to_masked = masked(self.to)
        super().save(*args, **kwargs)

    def message(self) -> EmailMessage:
        """Return the mail to send; a retry has the same Message-ID, so that mail programs show it once."""
        host = settings.SITE.hostname or "localhost"
        headers = {"Message-ID": f"<{self.message_id}@{host}>", "Auto-Submitted": "auto-generated", **self.headers}
        if self.tries > 1:
            headers["X-Retry"] = str(self.tries - 1)
        return EmailMessage(self.subject, self.body, settings.DEFAULT_FROM_EMAIL, [self.to], headers=headers)

    @classmethod
    def deliver_one(cls, pk: int | None = None) -> bool:
        """Send the next due mail, or the one with this id. Return False when there is none to send.

        The try is counted and committed before the mail leaves: a crash in between repeats the mail, marked as a
        retry, rather than losing it. Between tries the pause doubles from one minute; after eight the mail is given up,
        and at once when it cannot be written as a mail at all (an e-mail address that no domain can have).
        """
        with transaction.atomic():
            waiting = cls.objects.due().select_for_update(skip_locked=True)
            mail = (waiting.filter(pk=pk) if pk else waiting).first()
            if mail is None:
                return False
            mail.tries += 1
            mail.send_after = timezone.now() + timedelta(minutes=2 ** (mail.tries - 1))
            mail.save(update_fields=["tries", "send_after"])
        try:
            mail.message().send()
        except (OSError, ValueError) as error:  # smtplib's errors are OSErrors, like a refused or timed-out connection
            mail.last_error = str(error)[:500]
            mail.dead = mail.tries >= MAX_TRIES or isinstance(error, ValueError)
        else:
            mail.sent_at, mail.to, mail.body, mail.last_error, mail.headers = timezone.now(), "", "", "", {}
        mail.save(update_fields=["sent_at", "to", "body", "headers", "last_error", "dead"])
        return True
