"""E-mails to the person or department that shall answer. Idempotent: each is written once, by its outbox key."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Department, User, recipients_of
from apps.core.date_formats import wareki
from apps.operations.models import Outbox

if TYPE_CHECKING:
    from apps.consultations.models.answers.assignment import Assignment

MAX_CODES = 30


@dataclass(frozen=True)
class ReminderEmail:
    """A reminder: its occasion, what it is about, subject and body. It holds no text of a resident."""

    occasion: str
    about: str
    subject: str
    body: str

    def key(self, recipient: str) -> str:
        """Return the outbox key of occasion, subject and recipient."""
        return f"reminder:{self.occasion}:{self.about}:{recipient}"


@transaction.atomic
def enqueue_email(email: ReminderEmail, department: Department, person: User | None = None) -> int:
    """Enqueue the e-mail for every recipient who has not got it yet. Return how many are new.

    If nobody of the department can be reached, the secretariat gets it, with the reason.
    """
    recipients = recipients_of(department, person)
    addresses = {email.key(name): address for name, address in recipients.people}
    written = set(Outbox.objects.filter(key__in=addresses).values_list("key", flat=True))
    why = _("%(department)sに代表アドレスも職員の登録もないため、事務局にお送りしています。担当課に知らせてください。")
    body = f"{why % {'department': department.name}}\n\n{email.body}" if recipients.is_secretariat else email.body
    for key, address in addresses.items():
        if key not in written:
            Outbox.objects.enqueue(key=key, to=address, subject=email.subject, body=body)
    return len(addresses.keys() - written)


def email_assigned(rows: Iterable["Assignment"]) -> int:
    """Enqueue an e-mail to each department and person at once about all their new assignments. Return how many are new."""
    groups: dict[tuple[int, int | None], list[Assignment]] = {}
    for row in rows:
        groups.setdefault((row.department_id, row.person_id), []).append(row)
    return sum(
        enqueue_email(_assignments_email(group), group[0].department, group[0].person) for group in groups.values()
    )


def _assignments_email(rows: list["Assignment"]) -> ReminderEmail:
    if len(rows) == 1:
        return assignment_email(rows[0], "assigned", _("回答の担当になりました"))
    named = ",".join(str(row.pk) for row in rows)
    words = _("%(n)d件の回答の担当になりました") % {"n": len(rows)}
    codes = [row.target.code for row in rows[:MAX_CODES]]
    more = [_("ほか %(n)d件") % {"n": len(rows) - MAX_CODES}] if len(rows) > MAX_CODES else []
    lines = [*codes, *more, "", f"{settings.SITE_URL}{reverse('admin:consultations_assignment_changelist')}"]
    about = f"assignments-{hashlib.sha256(named.encode()).hexdigest()[:20]}"
    return ReminderEmail("assigned", about, f"{words}（{rows[0].department.name}）", "\n".join([words, "", *lines]))


def assignment_email(row: "Assignment", occasion: str, words: str) -> ReminderEmail:
    target = row.target
    lines = [
        _("市民参加ポータルの管理画面から、市の考え方を書いて公開してください。"),
        _("対象：%(code)s") % {"code": target.code},
        _("テーマ：%(title)s") % {"title": target.consultation.title},
        _("回答期限：%(day)s") % {"day": wareki(row.due_on)},
        f"{settings.SITE_URL}{target.get_absolute_url()}",
        f"{settings.SITE_URL}{reverse('admin:consultations_assignment_changelist')}",
    ]
    subject = _("【%(code)s】%(words)s（%(department)s）")
    named = {"code": target.code, "words": words, "department": row.department.name}
    return ReminderEmail(occasion, f"assignment-{row.pk}", subject % named, "\n".join([words, "", *lines]))
