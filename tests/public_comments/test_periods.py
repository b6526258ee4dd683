"""The period of a case is extended with a reason that everybody reads; what the city announces is in the weekly digest."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.consultations.tasks import write_digests
from apps.core.date_formats import wareki
from apps.core.exceptions import ActionRefused
from apps.operations.models import AuditEntry, Notification, Outbox
from apps.public_comments import actions
from apps.public_comments.models import Case, DayChange, PeriodMove
from tests import clock
from tests.accounts.factories import UserFactory, make_staff
from tests.public_comments.factories import answered, close, draft_case, open_case, sent

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
REASON = "説明会を追加で開くため。"


def moved(case: Case, days: int = 10, **other: Any) -> PeriodMove:
    later = {name: getattr(case, name) for name in ("result_due_on", "delete_senders_on")}
    facts = {"closes_on": case.closes_on + timedelta(days=days), "reason": REASON, **later, **other}
    return actions.move_period(case=case, by=None, **facts)


def test_the_last_day_moves_with_a_reason_that_everybody_reads(sign_in: SignIn) -> None:
    case, person = open_case(), UserFactory()
    sent(case, author=person)
    sent(case)
    before, runner = case.closes_on, sign_in(make_staff(case.department))
    page = reverse("admin:public_comments_case_move", args=[case.pk])
    assert page in runner.get(reverse("admin:public_comments_case_change", args=[case.pk])).text
    facts = {
        "closes_on": str(before + timedelta(days=7)), "result_due_on": str(case.result_due_on),
        "delete_senders_on": str(case.delete_senders_on), "reason": REASON,
    }  # fmt: skip
    for wrong in ({}, {**facts, "reason": ""}, {**facts, "closes_on": str(before)}, {**facts, "closes_on": "いつか"}):
        answer = runner.post(page, wrong)
        assert answer.status_code == 422
    assert "後の日にしてください" in runner.post(page, {**facts, "closes_on": str(before)}).text
    assert "募集の期間を延ばしました" in runner.post(page, facts, follow=True).text
    case.refresh_from_db()
    assert case.closes_on == before + timedelta(days=7)
    public = Client().get(case.get_absolute_url()).text
    assert "募集の期間の延長" in public
    assert REASON in public
    assert AuditEntry.objects.for_target(case).first().verb == "move_period"
    told = Notification.objects.get()
    assert (told.recipient_id, told.address) == (person.pk, case.get_absolute_url())
    assert sign_in(make_staff()).get(page).status_code == 403


def test_a_period_is_neither_shortened_nor_opened_again() -> None:
    case = open_case()
    with pytest.raises(ActionRefused, match="後の日"):
        moved(case, days=-1)
    with pytest.raises(ActionRefused, match="早めることができません"):
        moved(case, result_due_on=case.result_due_on - timedelta(days=1))
    with pytest.raises(ActionRefused, match="最終日より後"):
        moved(case, days=70)
    with pytest.raises(ActionRefused, match="募集が終わるまで"):
        moved(draft_case())
    closing = open_case()
    sent(closing)
    closed = close(closing)
    with pytest.raises(ActionRefused, match="募集が終わるまで"):
        moved(closed)
    answered(closed)
    with pytest.raises(ActionRefused, match="募集が終わるまで"):
        moved(closed)
    assert not PeriodMove.objects.exists()
    for name, fields in (
        ("period_move_later", {"closes_on": case.closes_on}),
        ("period_move_explained", {"reason": ""}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            PeriodMove.objects.create(
                **{"case": case, "closes_before": case.closes_on, "closes_on": case.closes_on + timedelta(days=1),
                   "reason": REASON, **fields}
            )  # fmt: skip


def test_the_digest_names_what_was_announced_once(frozen_clock: Any) -> None:
    frozen_clock.move_to(clock.moment("2026-11-20"))
    person = UserFactory(wants_digest=True)
    UserFactory(wants_digest=False)
    case = open_case(title="緑の計画（案）")
    draft_case(title="まだ秘密の案")
    frozen_clock.move_to(clock.moment("2026-11-23T09:00"))
    assert write_digests() == 1
    mail = Outbox.objects.get()
    assert (mail.to, case.title in mail.body, case.get_absolute_url() in mail.body) == (person.email, True, True)
    assert "秘密" not in mail.body
    frozen_clock.move_to(clock.moment("2026-11-30T09:00"))
    assert write_digests() == 0, "the week after has no news"
    assert timezone.localdate() > case.opens_on


def changed(case: Case, **days: Any) -> list[DayChange]:
    facts = {name: getattr(case, name) for name in ("result_due_on", "delete_senders_on")}
    return actions.change_days(case=case, by=None, **{"reason": REASON, **facts, **days})


def test_another_day_of_the_result_stands_on_the_time_line_with_its_reason(sign_in: SignIn) -> None:
    case, person = open_case(), UserFactory()
    sent(case, author=person)
    close(case)
    runner, before = sign_in(make_staff(case.department)), case.result_due_on
    page = reverse("admin:public_comments_case_days", args=[case.pk])
    form = runner.get(reverse("admin:public_comments_case_change", args=[case.pk])).text
    assert page in form
    assert 'name="result_due_on"' not in form, "not to be changed without a trace"
    facts = {
        "result_due_on": str(before + timedelta(days=14)), "delete_senders_on": str(case.delete_senders_on), "reason": REASON,
    }  # fmt: skip
    for wrong in (
        {},
        {**facts, "reason": ""},
        {**facts, "result_due_on": "いつか"},
        {**facts, "result_due_on": str(before)},
    ):
        assert runner.post(page, wrong).status_code == 422
    assert "日を変えました" in runner.post(page, facts, follow=True).text
    case.refresh_from_db()
    assert case.result_due_on == before + timedelta(days=14)
    public = Client().get(case.get_absolute_url()).text
    assert "結果を公表する予定日の変更" in public
    assert f"{wareki(before)}から{wareki(case.result_due_on)}に変えました。理由：{REASON}" in public
    assert AuditEntry.objects.for_target(case).first().verb == "change_days"
    assert Notification.objects.get().recipient_id == person.pk
    assert sign_in(make_staff()).get(page).status_code == 403


def test_days_of_what_has_happened_are_not_changed() -> None:
    with pytest.raises(ActionRefused, match="変わる日がありません"):
        changed(draft_case(), result_due_on=timezone.localdate() + timedelta(days=99))
    case = open_case()
    with pytest.raises(ActionRefused, match="変わる日がありません"):
        changed(case)
    with pytest.raises(ActionRefused, match="より後"):
        changed(case, result_due_on=case.delete_senders_on)
    with pytest.raises(ActionRefused, match="今日より後の日"):
        changed(case, result_due_on=timezone.localdate() - timedelta(days=1))
    sent(case)
    answered(close(case))
    with pytest.raises(ActionRefused, match="結果を公表したため"):
        changed(case, result_due_on=case.result_due_on + timedelta(days=1))
    (change,) = changed(case, delete_senders_on=case.delete_senders_on + timedelta(days=1))
    assert change.day == DayChange.Day.DELETION
    close(case, timezone.localdate() - timedelta(days=9))
    Case.objects.filter(pk=case.pk).update(
        result_due_on=timezone.localdate() - timedelta(days=1), delete_senders_on=timezone.localdate()
    )
    case.refresh_from_db()
    with pytest.raises(ActionRefused, match="氏名と住所を消す日が来たため"):
        changed(case, delete_senders_on=timezone.localdate() + timedelta(days=9))


def test_days_that_move_with_the_period_stand_on_the_time_line_too() -> None:
    case = open_case()
    moved(case, result_due_on=case.result_due_on + timedelta(days=10))
    (change,) = case.day_changes.all()
    assert (change.day, change.reason) == (DayChange.Day.RESULT, REASON)
    for name, fields in (
        ("day_change_changes", {"after": change.before}),
        ("day_change_explained", {"reason": ""}),
    ):
        facts = {"case": case, "day": change.day, "before": change.before, "after": change.after, "reason": REASON}
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            DayChange.objects.create(**{**facts, **fields})
