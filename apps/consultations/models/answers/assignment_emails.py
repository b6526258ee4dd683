"""Letters to those who shall answer: to the named person, or to the department. Each is written once, for ever."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Department, recipients_of
from apps.operations.models import Outbox

MOST_NAMED = 30


@dataclass(frozen=True)
class Letter:
    """One letter: its occasion, what it is about, and its words. No text of a resident is in it."""

    occasion: str
    about: str
    subject: str
    body: str

    def key(self, recipient: str) -> str:
        """Occasion, thing and person: the same letter is never written twice."""
        return f"reminder:{self.occasion}:{self.about}:{recipient}"


@transaction.atomic
def write(letter: Letter, department: Department, person: Any = None) -> int:
    """Put the letter into the outbox of everybody who has not got it yet; how many letters are new.

    Where nobody of the department can be reached, the secretariat gets it, and reads why.
    """
    reached = recipients_of(department, person)
    wanted = {letter.key(name): address for name, address in reached.people}
    known = set(Outbox.objects.filter(key__in=wanted).values_list("key", flat=True))
    why = _("%(department)sに代表アドレスも職員の登録もないため、事務局にお送りしています。担当課に知らせてください。")
    body = f"{why % {'department': department.name}}\n\n{letter.body}" if reached.is_secretariat else letter.body
    for key, address in wanted.items():
        if key not in known:
            Outbox.objects.enqueue(key=key, to=address, subject=letter.subject, body=body)
    return len(wanted.keys() - known)


def tell_assigned(rows: Iterable[Any]) -> int:
    """At once, in one letter for each department and person: you shall answer these; how many letters are new."""
    groups: dict[tuple[int, int | None], list[Any]] = {}
    for row in rows:
        groups.setdefault((row.department_id, row.person_id), []).append(row)
    return sum(write(_about_several(group), group[0].department, group[0].person) for group in groups.values())


def _about_several(rows: list[Any]) -> Letter:
    if len(rows) == 1:
        return about_assignment(rows[0], "assigned", _("回答の担当になりました"))
    named = ",".join(str(row.pk) for row in rows)
    words = _("%(n)d件の回答の担当になりました") % {"n": len(rows)}
    codes = [row.target.code for row in rows[:MOST_NAMED]]
    more = [_("ほか %(n)d件") % {"n": len(rows) - MOST_NAMED}] if len(rows) > MOST_NAMED else []
    lines = [*codes, *more, "", f"{settings.SITE_URL}{reverse('admin:consultations_assignment_changelist')}"]
    about = f"assignments-{hashlib.sha256(named.encode()).hexdigest()[:20]}"
    return Letter("assigned", about, f"{words}（{rows[0].department.name}）", "\n".join([words, "", *lines]))


def about_assignment(row: Any, occasion: str, words: str) -> Letter:
    target = row.target
    lines = [
        _("市民参加ポータルの管理画面から、市の考え方を書いて公開してください。"),
        _("対象：%(code)s") % {"code": target.code},
        _("テーマ：%(title)s") % {"title": target.consultation.title},
        _("回答期限：%(day)s") % {"day": f"{row.due_on:%Y年%-m月%-d日}"},
        f"{settings.SITE_URL}{target.get_absolute_url()}",
        f"{settings.SITE_URL}{reverse('admin:consultations_assignment_changelist')}",
    ]
    subject = _("【%(code)s】%(words)s（%(department)s）")
    named = {"code": target.code, "words": words, "department": row.department.name}
    return Letter(occasion, f"assignment-{row.pk}", subject % named, "\n".join([words, "", *lines]))
