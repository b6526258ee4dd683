"""Tell the other side that a sheet was handed in, taken back, sent back, confirmed or opened again."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Recipients, Role, User, enqueue_work_mail, recipients_of, to_people
from apps.core.date_formats import wareki
from apps.core.fiscal import fiscal_label
from apps.plans.models import PlanSheet, Reopening, SheetSubmission, StageDeadline, StageRecord, State


@dataclass(frozen=True)
class Letter:
    """What is told: outbox key, sentence, and further lines."""

    key: str
    words: str
    lines: list[str]


def tell_submitted(sheet: PlanSheet, submission: SheetSubmission, *, by: User | None) -> None:
    """Tell the secretariat that a stage waits for it."""
    words = _("「%(stage)s」が提出されました") % {"stage": submission.get_stage_display()}
    lines = [_("内容を確かめて、確認するか、理由を書いて差し戻してください。")]
    _tell(_secretariat(by), sheet, Letter(f"plan-submitted:{submission.pk}", words, lines))


def tell_withdrawn(sheet: PlanSheet, submission: SheetSubmission, *, by: User | None) -> None:
    """Tell the secretariat that nothing waits for it any more."""
    words = _("「%(stage)s」の提出が取り下げられました") % {"stage": submission.get_stage_display()}
    lines = [_("担当課が直しています。もう一度提出されたら、お知らせします。")]
    _tell(_secretariat(by), sheet, Letter(f"plan-withdrawn:{submission.pk}", words, lines))


def tell_sent_back(sheet: PlanSheet, submission: SheetSubmission, *, by: User | None) -> None:
    """Tell the department, and who handed it in, why it came back."""
    words = _("「%(stage)s」が差し戻されました") % {"stage": submission.get_stage_display()}
    lines = [_("差戻しの理由：%(reason)s") % {"reason": submission.reason}, _("直してから、もう一度提出してください。")]
    to = _department(sheet, by, also=submission.submitted_by)
    _tell(to, sheet, Letter(f"plan-sent-back:{submission.pk}", words, lines))


def tell_confirmed(sheet: PlanSheet, record: StageRecord, *, also: User | None, by: User | None) -> None:
    """Tell the department that a stage was confirmed and what is written next. also: who handed it in."""
    words = _("「%(stage)s」が確認されました") % {"stage": record.get_stage_display()}
    days = StageDeadline.objects.of_year(sheet.year)
    if sheet.state == State.CONFIRMED:
        words, lines = _("シートが確定しました"), [_("記入は終わりです。公表は事務局が行います。")]
    elif day := days.get(sheet.state):
        lines = [
            _("次は「%(stage)s」です。記入期限：%(day)s") % {"stage": sheet.get_state_display(), "day": wareki(day)}
        ]
    else:
        lines = [_("次は「%(stage)s」です。") % {"stage": sheet.get_state_display()}]
    _tell(_department(sheet, by, also=also), sheet, Letter(f"plan-confirmed:{record.pk}", words, lines))


def tell_reopened(sheet: PlanSheet, reopening: Reopening, *, also: User | None, by: User | None) -> None:
    """Tell the department that a stage is open again, and why. also: who had handed it in."""
    words = _("「%(stage)s」が開き直されました") % {"stage": reopening.get_stage_display()}
    lines = [
        _("開き直した理由：%(reason)s") % {"reason": reopening.reason},
        _("直してから、もう一度提出してください。"),
    ]
    _tell(_department(sheet, by, also=also), sheet, Letter(f"plan-reopened:{reopening.pk}", words, lines))


def _tell(recipients: Recipients, sheet: PlanSheet, letter: Letter) -> None:
    """Enqueue the letter; it leads to the sheet. Idempotent by its key."""
    path = reverse("admin:plans_plansheet_change", args=[sheet.pk]) + "#stage"
    about = {"number": sheet.number, "words": letter.words, "departments": sheet.departments_shown}
    full = _("%(label)s プラン%(number)d「%(title)s」（%(departments)s）") % {
        **about, "label": fiscal_label(sheet.year), "title": sheet.title,
    }  # fmt: skip
    enqueue_work_mail(
        recipients,
        key_of=lambda name: f"{letter.key}:{name}",
        subject=_("プラン%(number)dの%(words)s（%(departments)s）") % about,
        body="\n".join([full, letter.words, "", *letter.lines, "", f"{settings.SITE_URL}{path}"]),
        path=path,
    )


def _secretariat(by: User | None) -> Recipients:
    """Return the secretariat without the person who acts; nobody when the portal itself does."""
    people = list(User.objects.holding(Role.SECRETARIAT)) if by else []
    return to_people([user for user in people if user != by])


def _department(sheet: PlanSheet, by: User | None, *, also: User | None) -> Recipients:
    """Return the writer, else whoever reaches the departments, and `also`, without the person who acts.

    The secretariat in their place where nobody of any department can be reached; nobody when the portal itself acts.
    """
    if by is None:
        return Recipients([])
    entries = sheet.plan.plan_departments.select_related("department")
    found = [recipients_of(entry.department, sheet.writer) for entry in entries]
    found = [one for one in found if not one.is_secretariat] or found[:1]
    if also and also.is_active and also.is_staff:
        found.append(to_people([also]))
    people = dict(pair for one in found for pair in one.people)
    people.pop(f"user-{by.pk}", None)
    users = {name: user for one in found for name, user in one.users.items()}
    readers = dict.fromkeys(pk for one in found for pk in one.readers if pk != by.pk)
    return Recipients(list(people.items()), users=users, readers=list(readers))
