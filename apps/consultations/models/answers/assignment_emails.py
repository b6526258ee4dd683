"""E-mails to the person or department that shall answer. Idempotent: each is written once, by its outbox key."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Department, User, enqueue_work_mail, recipients_of, to_people
from apps.core.date_formats import wareki

if TYPE_CHECKING:
    from apps.consultations.models.answers.assignment import Assignment

MAX_CODES = 30


@dataclass(frozen=True)
class ReminderEmail:
    """A reminder: its occasion, what it is about, subject, body and page (path). It holds no text of a resident."""

    occasion: str
    about: str
    subject: str
    body: str
    path: str = ""

    def key(self, recipient: str) -> str:
        """Return the outbox key of occasion, subject and recipient."""
        return f"reminder:{self.occasion}:{self.about}:{recipient}"


@transaction.atomic
def enqueue_email(email: ReminderEmail, department: Department, person: User | None = None) -> int:
    """Enqueue the e-mail for every recipient who has not got it yet. Return how many are new.

    If nobody of the department can be reached, the secretariat gets it, with the reason.
    """
    recipients = recipients_of(department, person)
    why = _("%(department)sに代表アドレスも職員の登録もないため、事務局にお送りしています。担当課に知らせてください。")
    body = f"{why % {'department': department.name}}\n\n{email.body}" if recipients.is_secretariat else email.body
    return enqueue_work_mail(recipients, key_of=email.key, subject=email.subject, body=body, path=email.path)


def email_assigned(rows: Iterable["Assignment"]) -> int:
    """Enqueue an e-mail to each department and person at once about all their new assignments. Return how many are new."""
    groups: dict[tuple[int, int | None], list[Assignment]] = {}
    for row in rows:
        groups.setdefault((row.department_id, row.person_id), []).append(row)
    return sum(
        enqueue_email(_assignments_email(group), group[0].department, group[0].person) for group in groups.values()
    )


def email_sent_back(row: "Assignment", person_ids: list[int]) -> int:
    """Enqueue an e-mail to these people about a returned assignment, with its reason. Return how many."""
    email = assignment_email(row, f"sent-back-{row.sent_back_at:%Y%m%d%H%M%S}", _("割り当てが差し戻されました"))
    reason = f"{_('差し戻しの理由')}：{row.sent_back_reason}"
    recipients = to_people(list(User.objects.present().filter(pk__in=person_ids)))
    return enqueue_work_mail(recipients, key_of=email.key, subject=email.subject, body=f"{email.body}\n\n{reason}")


def _assignments_email(rows: list["Assignment"]) -> ReminderEmail:
    if len(rows) == 1:
        occasion = "-".join(["assigned", *_occasion(rows[0])])
        return assignment_email(rows[0], occasion, _("回答の担当になりました"))
    named = ",".join([*(str(row.pk) for row in rows), *_occasion(rows[0])])
    words = _("%(n)d件の回答の担当になりました") % {"n": len(rows)}
    codes = [row.target.code for row in rows[:MAX_CODES]]
    more = [_("ほか %(n)d件") % {"n": len(rows) - MAX_CODES}] if len(rows) > MAX_CODES else []
    said = [_said(rows[0].message)] if rows[0].message else []
    lines = [*codes, *more, *said, "", f"{settings.SITE_URL}{reverse('admin:consultations_assignment_changelist')}"]
    about = f"assignments-{hashlib.sha256(named.encode()).hexdigest()[:20]}"
    path = reverse("admin:consultations_assignment_changelist")
    subject = f"{words}（{rows[0].department.name}）"
    return ReminderEmail("assigned", about, subject, "\n".join([words, "", *lines]), path)


def _occasion(row: "Assignment") -> list[str]:
    """Return what makes another letter of the same assignment: other words of who assigns it."""
    return [hashlib.sha256(row.message.encode()).hexdigest()[:12]] if row.message else []


def _said(message: str) -> str:
    """Return the words of who assigned it."""
    return f"{_('割り当てた側から：')}\n{message}"


def escalation_email(rows: list["Assignment"], occasion: str, day: date) -> ReminderEmail:
    """Return the letter about a department's assignments that are long overdue. It holds no text of a resident."""
    department = rows[0].department
    words = _("%(department)sの回答が%(n)d件、期限を過ぎています") % {"department": department.name, "n": len(rows)}
    late = _("%(code)s 回答期限：%(day)s")
    codes = [late % {"code": row.target.code, "day": wareki(row.due_on)} for row in rows[:MAX_CODES]]
    more = [_("ほか %(n)d件") % {"n": len(rows) - MAX_CODES}] if len(rows) > MAX_CODES else []
    path = f"{reverse('admin:consultations_assignment_changelist')}?open=to_answer&due=late"
    named = hashlib.sha256(",".join(str(row.pk) for row in rows).encode()).hexdigest()[:20]
    about = f"department-{department.pk}-{day:%Y%m%d}-{named}"
    lines = [words, "", *codes, *more, "", f"{settings.SITE_URL}{path}"]
    return ReminderEmail(occasion, about, words, "\n".join(lines), path)


def assignment_email(row: "Assignment", occasion: str, words: str) -> ReminderEmail:
    target = row.target
    said = [_said(row.message)] if row.message else []
    lines = [
        _("市民参加ポータルの管理画面から、市の考え方を書いて公開してください。"),
        _("対象：%(code)s") % {"code": target.code},
        _("テーマ：%(title)s") % {"title": target.consultation.title},
        _("回答期限：%(day)s") % {"day": wareki(row.due_on)},
        *said,
        f"{settings.SITE_URL}{target.get_absolute_url()}",
        f"{settings.SITE_URL}{reverse('admin:consultations_assignment_change', args=[row.pk])}",
    ]
    subject = _("【%(code)s】%(words)s（%(department)s）")
    named = {"code": target.code, "words": words, "department": row.department.name}
    path = reverse("admin:consultations_assignment_change", args=[row.pk])
    return ReminderEmail(occasion, f"assignment-{row.pk}", subject % named, "\n".join([words, "", *lines]), path)
