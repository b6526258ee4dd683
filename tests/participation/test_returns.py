"""A department's return: what the portal knows is there, blank is not 0 is not 該当なし, hand in, send back, confirm, remind."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts.models import Department, Posting, Role
from apps.meetings.models import Meeting
from apps.operations.models import AuditEntry, Outbox
from apps.participation import actions
from apps.participation.models import ActionRefused, ParticipationAct, ParticipationReport
from apps.participation.services.return_check import missing_for_submission
from apps.participation.tasks import remind_departments
from tests.accounts.factories import DepartmentFactory, UserFactory, make_secretariat
from tests.consultations.factories import ConsultationFactory, ProposalFactory
from tests.meetings.factories import announced, held, organ
from tests.participation.factories import (
    act,
    collaboration,
    published,
    report_of,
    requested,
    single_report,
    submitted,
    this_year,
    write_whole,
)
from tests.public_comments.factories import close, entered, open_case, sent
from tests.surveys.factories import answered as responded
from tests.surveys.factories import close as close_survey
from tests.surveys.factories import open_survey

pytestmark = pytest.mark.django_db


def lines(report: ParticipationReport) -> dict[str, tuple[int | None, str]]:
    return {row.source: (row.figure, row.unit) for row in report.acts.exclude(source="")}


def test_every_department_of_today_is_asked_once() -> None:
    first, gone = DepartmentFactory(), DepartmentFactory(is_active=False)
    year = requested()
    assert actions.request_reports(year=year, by=None) == 0
    later = DepartmentFactory()
    assert actions.request_reports(year=year, by=None) == 1
    asked = set(year.reports.values_list("department", flat=True))
    assert {first.pk, later.pk} <= asked
    assert gone.pk not in asked
    Department.objects.filter(pk=first.pk).update(name="新しい名前の課")
    assert year.reports.get(department=first).department_name == first.name


def test_a_department_that_is_gone_is_asked_for_the_year_in_which_it_was_there() -> None:
    posted, known, before, never = (DepartmentFactory(is_active=False) for _number in range(4))
    year = this_year()
    person = UserFactory()
    for department, first, last in (
        (posted, year.first_day - timedelta(days=400), year.first_day),
        (never, year.first_day - timedelta(days=400), year.first_day - timedelta(days=1)),
    ):
        Posting.objects.create(user=person, role=Role.STAFF, department=department, starts_on=first, ends_on=last)
    now = timezone.now()
    ConsultationFactory(department=known, opens_at=now - timedelta(days=3), closes_at=now - timedelta(days=2))
    single_report(before, year.year - 1)
    actions.request_reports(year=year, by=None)
    asked = set(year.reports.values_list("department", flat=True))
    assert {posted.pk, known.pk, before.pk} <= asked
    assert never.pk not in asked
    assert year.reports.get(department=known).acts.exists()
    secretariat = make_secretariat()
    assert year.reports.get(department=posted) in ParticipationReport.objects.manageable_by(secretariat)


def test_what_the_portal_knows_is_filled_in_and_dated() -> None:
    department = DepartmentFactory()
    now = timezone.now()
    theme = ConsultationFactory(
        department=department, opens_at=now - timedelta(days=30), closes_at=now - timedelta(days=1)
    )
    ProposalFactory.create_batch(3, consultation=theme)
    case = open_case(department)
    sent(case), sent(case)
    entered(close(case, timezone.localdate() - timedelta(days=2)), received_on=timezone.localdate() - timedelta(days=3))
    body = organ(department)
    held(body, listeners=4), held(body, days_ago=9, listeners=2)
    announced(body)
    ConsultationFactory(opens_at=now - timedelta(days=30), closes_at=now - timedelta(days=1))
    survey = open_survey(department=department)
    responded(survey), responded(survey)
    close_survey(survey)
    responded(open_survey(department=department))  # is not closed yet
    close_survey(open_survey())  # of another department
    report = report_of(department)
    assert lines(report) == {
        "consultation": (3, "items"), "case": (3, "letters"), "organ": (6, "attendances"), "survey": (2, "people"),
    }  # fmt: skip
    row = report.acts.get(source="organ")
    assert (row.times, row.title, row.known_at.date()) == (2, body.name, now.date())
    assert row.ends_on == timezone.localdate() - timedelta(days=3)


def test_a_meeting_whose_listeners_nobody_wrote_leaves_the_figure_unknown() -> None:
    department = DepartmentFactory()
    body = organ(department)
    held(body, listeners=0)
    report = report_of(department)
    assert lines(report) == {"organ": (0, "attendances")}, "0 is counted"
    held(body, days_ago=5)
    actions.fill_in_report(report=report, by=None)
    assert lines(report) == {"organ": (None, "")}, "blank is not 0"


def test_filling_in_again_keeps_what_the_department_wrote() -> None:
    department = DepartmentFactory()
    body = organ(department)
    meeting = held(body, listeners=1)
    report = report_of(department)
    report.acts.update(outcome="案に生かした。")
    Meeting.objects.filter(pk=meeting.pk).update(listeners=7)
    actions.fill_in_report(report=report, by=None)
    row = report.acts.get()
    assert (row.figure, row.outcome) == (7, "案に生かした。")
    Meeting.objects.update(outcome="cancelled")
    actions.fill_in_report(report=report, by=None)
    assert report.acts.count() == 1, "what was written to it stays"
    report.acts.update(outcome="")
    actions.fill_in_report(report=report, by=None)
    assert report.acts.count() == 0


def test_what_lies_outside_the_year_is_not_in_it() -> None:
    department = DepartmentFactory()
    held(organ(department), listeners=1)
    assert lines(report_of(department, year=2020)) == {}


def test_a_return_says_what_is_missing() -> None:
    report = report_of()
    assert len(missing_for_submission(report)) == 2
    row = act(report, figure=None, unit="", how_counted="", outcome="", issue="", starts_on=None)
    entry = collaboration(report, amount=None, result="", issue="")
    found = missing_for_submission(report)
    assert len(found) == 2
    assert "参加した数（または「該当なし」）" in found[0]
    assert "市が出した金額（または「該当なし」）" in found[1]
    with pytest.raises(ActionRefused):
        actions.submit_report(report=report, by=None)
    for model, pk, fields in (
        (
            type(row),
            row.pk,
            {"is_not_applicable": True, "outcome": "a", "issue": "b", "starts_on": report.year.first_day},
        ),
        (type(entry), entry.pk, {"is_not_applicable": True, "result": "a", "issue": "b"}),
    ):
        model.objects.filter(pk=pk).update(**fields)
    assert missing_for_submission(report) == []
    ParticipationReport.objects.filter(pk=report.pk).update(has_no_acts=True, has_no_collaborations=True)
    report.refresh_from_db()
    assert len(missing_for_submission(report)) == 2


def test_a_return_is_handed_in_sent_back_and_confirmed() -> None:
    report = submitted(report_of())
    assert report.state == "submitted"
    actions.submit_report(report=report, by=None)
    for change in (actions.fill_in_report, actions.require_open):
        with pytest.raises(ActionRefused, match="変えられません"):
            change(report=report, **({"by": None} if change is actions.fill_in_report else {}))
    with pytest.raises(ActionRefused, match="理由"):
        actions.send_back_report(report=report, remark=" ", by=None)
    actions.send_back_report(report=report, remark="延人数を確かめてください。", by=None)
    assert (report.state, report.remark, report.is_open) == ("returned", "延人数を確かめてください。", True)
    for verb in (actions.confirm_report, actions.send_back_report):
        with pytest.raises(ActionRefused, match="まだ提出"):
            verb(report=report, by=None, **({"remark": "x"} if verb is actions.send_back_report else {}))
    actions.submit_report(report=report, by=None)
    assert report.remark == ""
    actions.confirm_report(report=report, by=None)
    actions.confirm_report(report=report, by=None)
    assert report.state == "confirmed"
    verbs = list(AuditEntry.objects.for_target(report).values_list("verb", flat=True))
    assert verbs == ["confirm_report", "submit_report", "send_back_report", "submit_report", "fill_in_report"]


def test_who_has_not_handed_in_is_reminded_once_a_day(frozen_clock: Any) -> None:
    make_secretariat()
    slow, quick = DepartmentFactory(email="slow@example.jp"), DepartmentFactory(email="quick@example.jp")
    year = requested(slow, quick)
    submitted(year.reports.get(department=quick))
    actions.remind_reports(year=year, by=None)
    assert actions.remind_reports(year=year, by=None) >= 1
    assert [mail.to for mail in Outbox.objects.filter(to__in=["slow@example.jp", "quick@example.jp"])] == [
        "slow@example.jp"
    ]
    mail = Outbox.objects.get(to="slow@example.jp")
    assert slow.name in mail.body
    assert not year.reports.get(department=slow).is_late
    frozen_clock.shift(timedelta(days=31))
    assert year.reports.get(department=slow).is_late
    actions.remind_reports(year=year, by=None)
    assert Outbox.objects.filter(to="slow@example.jp").count() == 2


@pytest.mark.parametrize(
    ("make", "constraint"),
    [
        (lambda: this_year(year=1999), "participation_year_range"),
        (lambda: act(report_of(), ""), "act_titled"),
        (lambda: act(report_of(), ends_on="2020-01-01"), "act_days"),
        (lambda: act(report_of(), unit=""), "act_figure_with_unit"),
        (lambda: act(report_of(), is_not_applicable=True), "act_figure_with_unit"),
        (lambda: act(report_of(), source="case", source_key="x"), "act_source_dated"),
        (
            lambda: [act(one, source="case", source_key="x", known_at=timezone.now()) for one in [report_of()] * 2],
            "act_source_once",
        ),
        (lambda: collaboration(report_of(), partner=""), "collaboration_said"),
        (lambda: collaboration(report_of(), is_not_applicable=True), "collaboration_amount"),
        (
            lambda: ParticipationReport.objects.filter(pk=report_of().pk).update(state="returned"),
            "participation_return_explained",
        ),
        (lambda: copy_of(report_of()), "participation_report_once"),
    ],
)
def test_the_database_refuses_what_cannot_be(make: Any, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make()


def copy_of(report: ParticipationReport) -> ParticipationReport:
    """Another return of the same department and year."""
    return ParticipationReport.objects.create(year=report.year, department=report.department, department_name="x")


def test_a_whole_return_needs_few_words_where_the_figures_are_known() -> None:
    department = DepartmentFactory()
    held(organ(department), listeners=2)
    report = report_of(department)
    ParticipationReport.objects.filter(pk=report.pk).update(has_no_collaborations=True)
    report.refresh_from_db()
    assert len(missing_for_submission(report)) == 1
    ParticipationAct.objects.update(outcome="案に生かした。", issue="知らせ方。")
    actions.submit_report(report=report, by=None)
    assert write_whole(report).state == "submitted"


def test_the_calendar_reminds_by_itself(frozen_clock: Any) -> None:
    department = DepartmentFactory(email="ka@example.jp")
    year = requested(department, due_on=timezone.localdate() + timedelta(days=30))

    def mails() -> int:
        return Outbox.objects.filter(to="ka@example.jp").count()

    def after(days: int) -> int:
        frozen_clock.shift(timedelta(days=days))
        remind_departments(), remind_departments()  # twice is once
        return mails()

    assert after(0) == 0
    assert after(16) == 1  # two weeks before
    assert after(5) == 1
    assert after(7) == 2  # the last days
    assert after(3) == 3  # a day late
    assert after(6) == 3
    assert after(1) == 4  # a week later
    ParticipationReport.objects.filter(year=year).update(state="submitted")
    assert after(7) == 4
    ParticipationReport.objects.filter(year=year, department=department).update(state="writing")
    assert after(7) == 5
    assert after(70) == 5  # nobody is asked for ever


def test_a_year_that_is_published_or_was_not_asked_reminds_nobody() -> None:
    this_year(due_on=timezone.localdate())
    assert remind_departments() == 0
    published(requested(due_on=timezone.localdate()))
    assert remind_departments() == 0
