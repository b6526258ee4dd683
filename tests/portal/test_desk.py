"""The first page of the admin site: what waits for whom, by urgency; the bell, the guide, and where a sign-in leads."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import Department
from apps.consultations.models import Assignment, ModerationCase
from apps.council.models import Match
from apps.participation.models import ParticipationYear
from apps.plans.models import StageDeadline
from apps.portal.services.desk import desk_of
from apps.portal.services.staff_guide import ABOUT, anchor_of, parts
from apps.public_comments.actions import assign_views
from tests.accounts.factories import DepartmentFactory, UserFactory, make_moderator, make_secretariat, make_staff
from tests.consultations.factories import AssignmentFactory, ConsultationFactory, ProposalFactory, TopicFactory
from tests.council.test_matching import published_challenge, published_offer
from tests.meetings.factories import held, organ
from tests.operations.factories import NotificationFactory, OutboxFactory
from tests.participation.factories import requested
from tests.plans.factories import PlanFactory, SheetFactory, bring_to
from tests.public_comments import factories as public_comments
from tests.surveys import factories as surveys

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
ROW = re.compile(r'<a href="([^"]+)">([^<]+?) <strong class="dashboard__waiting">(\d+)</strong>')


def in_days(number: int) -> Any:
    return timezone.localdate() + timedelta(days=number)


def closed_theme(department: Department, due_in: int) -> None:
    theme = ConsultationFactory(department=department, reply_due_on=in_days(due_in), closed=True)
    ProposalFactory(consultation=theme)


def work_of(own: Department, others: Department) -> None:
    """Work of every kind and urgency for a department and for another one."""
    for department in (own, others):
        for days in (-1, 0, 7, 8):
            AssignmentFactory(topic=TopicFactory(), department=department, due_on=in_days(days))
            closed_theme(department, days)
        ConsultationFactory(department=department, closes_at=timezone.now() + timedelta(days=2))
        bring_to(SheetFactory(plan=PlanFactory(department=department)), "first")
        case = public_comments.close(public_comments.open_case(department))
        view = public_comments.viewed(case)
        assign_views(case=case, views=[view], departments=[department], due_on=in_days(0), by=None)
        held(organ(department), days_ago=40)
        surveys.close(surveys.open_survey(department=department))
    StageDeadline.objects.create(year=2024, stage="first", due_on=in_days(0))
    requested(own, others)
    ParticipationYear.objects.update(due_on=in_days(-1))
    topic = TopicFactory(consultation=ConsultationFactory(department=own))
    AssignmentFactory(topic=topic, department=others, due_on=in_days(-2))
    back = AssignmentFactory(topic=topic, department=DepartmentFactory(), due_on=in_days(-2))
    back.send_back(by=make_staff(back.department), reason="別の課の仕事です")


def rows_of(page: str) -> dict[str, list[tuple[str, str, int]]]:
    """The rows of each part: (words, URL, number)."""
    found = {}
    for part in page.split('aria-labelledby="desk-')[1:]:
        place, _quote, rest = part.partition('"')
        rows = ROW.findall(rest.partition("</section>")[0])
        found[place] = [(words.strip(), unescape(url), int(number)) for url, words, number in rows]
    return found


def words_of(rows: list[tuple[str, str, int]]) -> dict[str, int]:
    return {words: number for words, _url, number in rows}


def test_a_department_sees_its_work_by_urgency(sign_in: SignIn) -> None:
    own = DepartmentFactory()
    work_of(own, DepartmentFactory())
    found = rows_of(sign_in(make_staff(own)).get("/admin/").text)
    assert words_of(found["late"]) == {
        "回答の割り当て": 1, "市の回答を待つテーマ": 1, "市民参加・協働の調査票": 1, "公表していない会議録": 1,
    }  # fmt: skip
    assert words_of(found["today"]) == {
        "回答の割り当て": 1, "差し戻された割り当て": 1, "市の回答を待つテーマ": 1, "うちの課が記入するPDCAシート": 1,
        "うちの課が書く市の考え方（パブリック・コメント）": 1,
    }  # fmt: skip
    assert words_of(found["week"]) == {"回答の割り当て": 1, "市の回答を待つテーマ": 1, "受付が終わるテーマ": 1}
    assert words_of(found["some_time"]) == {
        "回答も下書きもない，うちの課のテーマの意見": 4, "結果を公表していないアンケート": 1,
    }  # fmt: skip
    assert words_of(found["others"]) == {"ほかの課の回答（割り当て）": 1}


@pytest.mark.parametrize("role", ["staff", "secretariat", "secretariat of a department", "moderator"])
def test_every_number_is_the_length_of_the_list_behind_it(sign_in: SignIn, role: str) -> None:
    own = DepartmentFactory()
    work_of(own, DepartmentFactory())
    ModerationCase.objects.open_for(ProposalFactory(), trigger="report")
    OutboxFactory(dead=True)
    makers = {
        "staff": lambda: make_staff(own),
        "secretariat": make_secretariat,
        "secretariat of a department": lambda: make_secretariat(department=own),
        "moderator": make_moderator,
    }
    browser = sign_in(makers[role]())
    found = rows_of(browser.get("/admin/").text)
    assert sum(map(len, found.values())) >= 1
    for rows in found.values():
        for words, url, number in rows:
            listed = browser.get(url)
            assert listed.status_code == 200, url
            assert listed.context["cl"].result_count == number, (words, url)


def test_what_others_work_on_says_how_much_of_it_is_late(sign_in: SignIn) -> None:
    work_of(DepartmentFactory(), DepartmentFactory())
    page = sign_in(make_secretariat()).get("/admin/").text
    others = words_of(rows_of(page)["others"])
    assert others["ほかの課の回答（割り当て）"] == 9
    assert "うち遅れ 3" in page


def test_a_moderator_sees_cases_and_nothing_of_departments(sign_in: SignIn) -> None:
    work_of(DepartmentFactory(), DepartmentFactory())
    for days in (0, 4):
        case = ModerationCase.objects.open_for(ProposalFactory(), trigger="report")
        ModerationCase.objects.filter(pk=case.pk).update(opened_at=timezone.now() - timedelta(days=days))
    found = rows_of(sign_in(make_moderator()).get("/admin/").text)
    assert {place: words_of(rows) for place, rows in found.items()} == {
        "late": {"3日より前からの案件（承認待ち・通報）": 1}, "today": {"判断を待つ案件（承認待ち・通報）": 2},
        "week": {}, "some_time": {}, "others": {},
    }  # fmt: skip


def test_a_match_waits_for_its_department_and_stands_on_the_page_of_the_link(sign_in: SignIn) -> None:
    own = DepartmentFactory()
    match = Match.objects.create(
        challenge=published_challenge(department=own, written_by=make_staff(own)), offer=published_offer()
    )
    browser = sign_in(make_staff(own))
    [(words, url, number)] = rows_of(browser.get("/admin/").text)["some_time"]
    assert (words, number) == ("確認を待つマッチング", 1)
    assert match.get_absolute_url() in browser.get(url).text
    assert "いま待っている仕事はありません。" in sign_in(make_staff()).get("/admin/").text


def test_all_kinds_are_counted_in_one_query_however_many_rows() -> None:
    own = DepartmentFactory()
    user = make_secretariat(department=own)
    user.load_postings()
    seen = []
    for _round in range(2):
        for _row in range(3):
            AssignmentFactory(topic=TopicFactory(), department=own)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            desk_of(user)
        seen.append(len(queries))
    assert seen == [1, 1]
    assert Assignment.objects.count() == 6


def test_the_bell_counts_unread_and_leads_to_them(sign_in: SignIn) -> None:
    person = make_staff()
    browser = sign_in(person)
    assert "未読" not in browser.get("/admin/").text
    NotificationFactory(recipient_id=person.pk)
    NotificationFactory(recipient_id=person.pk)
    NotificationFactory(recipient_id=make_staff().pk)
    for page in ("/admin/", "/admin/consultations/assignment/"):
        text = browser.get(page).text
        assert "未読2件" in text
        assert 'href="/me/notifications/"' in text


def test_the_guide_opens_at_the_part_about_the_page(sign_in: SignIn) -> None:
    browser = sign_in(make_staff())
    guide = browser.get("/staff-guide/")
    for about in ABOUT.values():
        assert f'id="{anchor_of(about)}"' in guide.text
    assert 'href="/staff-guide/#意見に答える"' in browser.get("/admin/consultations/assignment/").text
    assert 'href="/staff-guide/#管理画面に入る"' in browser.get("/admin/").text
    levels = [int(level) for level in re.findall(r"<h([1-6])", guide.text)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_link_inside_the_guide_leads_somewhere() -> None:
    anchors = {part.anchor for part in parts()}
    inner = {anchor for part in parts() for anchor in re.findall(r'href="#([^"]+)"', part.text)}
    assert anchors
    assert inner <= anchors


def test_the_guide_is_for_staff(client: Client, sign_in: SignIn) -> None:
    assert client.get("/staff-guide/").status_code == 302
    assert sign_in(UserFactory()).get("/staff-guide/").status_code == 404


def test_a_filter_by_due_day_takes_no_nonsense(sign_in: SignIn) -> None:
    own = DepartmentFactory()
    AssignmentFactory(topic=TopicFactory(), department=own)
    listed = sign_in(make_staff(own)).get("/admin/consultations/assignment/?due=%00&open=x&whose=y")
    assert listed.status_code == 200
