"""担当と期限: views are given to departments, which write them, say that they are done, and are reminded."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.exceptions import ActionRefused
from apps.operations.models import AuditEntry, Outbox
from apps.public_comments import actions
from apps.public_comments.emails.assignment_emails import write_due
from apps.public_comments.models import Case, CityView, ViewAssignment
from apps.public_comments.services.result_check import lacks_of
from tests.accounts.factories import DepartmentFactory, make_secretariat, make_staff
from tests.public_comments.factories import NAME, close, open_case, sent, viewed

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture
def case() -> Case:
    case = open_case(DepartmentFactory(name="公園課"))
    sent(case, "木を植えてください。")
    return close(case)


@pytest.fixture
def roads() -> Any:
    return DepartmentFactory(name="道路課", email="roads@example.org")


def due(days: int = 10) -> Any:
    return timezone.localdate() + timedelta(days=days)


def assigned(view: CityView, department: Any, days: int = 10) -> ViewAssignment:
    actions.assign_views(case=view.case, views=[view], departments=[department], due_on=due(days), by=None)
    return ViewAssignment.objects.get(view=view, department=department)


def page(row: Any, name: str, *more: Any) -> str:
    return reverse(f"admin:public_comments_{row._meta.model_name}_{name}", args=[row.pk, *more])


def test_a_department_is_asked_in_the_pages_and_sees_where_it_waits(case: Case, roads: Any, sign_in: SignIn) -> None:
    view, runner = viewed(case, kind=None, text=""), sign_in(make_staff(case.department))
    point = actions.cut_point(part=case.opinions.get().parts.get(), quote="木を植え", view=view, by=None)[0]
    assert page(case, "assign") in runner.get(page(case, "change")).text
    assert "まだ、どの課にも割り当てていません" in runner.get(page(case, "assign")).text
    for wrong in ({}, {"views": view.pk, "departments": roads.pk, "due_on": str(due(-1))}):
        assert runner.post(page(case, "assign"), wrong).status_code == 422
    asked = {"views": view.pk, "departments": roads.pk, "due_on": str(due())}
    assert "1件を割り当て" in runner.post(page(case, "assign"), asked, follow=True).text
    assert "0件を割り当て" in runner.post(page(case, "assign"), asked, follow=True).text
    mail = Outbox.objects.get()
    assert (mail.to, case.title in mail.body, point.quote in mail.body) == ("roads@example.org", True, False)
    writer = sign_in(make_staff(roads))
    assert "うちの課が書く市の考え方" in writer.get(reverse("admin:index")).text
    listed = f"{reverse('admin:public_comments_cityview_changelist')}?waits="
    assert page(view, "change") in writer.get(f"{listed}own").text
    assert page(view, "change") not in runner.get(f"{listed}own").text
    assert page(view, "change") in runner.get(f"{listed}all").text
    mine = writer.get(page(view, "change")).text
    assert point.quote in mine
    assert case.opinions.get().number_shown not in mine
    assert NAME not in mine
    assert case.opinions.get().number_shown in runner.get(page(view, "change")).text
    assert "うちの課は書き終えた" not in runner.get(page(view, "change")).text
    refused = writer.post(page(view, "finish"), follow=True)
    assert "書いて保存してから" in refused.text
    said = {
        "summary": "木",
        "kind": "",
        "text": "植えます。",
        "section": "",
        "changed_section": "",
        "seen": view.edition,
    }
    said["kind"] = viewed(case).kind_id
    assert writer.post(page(view, "change"), said).status_code == 302
    view.refresh_from_db()
    assert view.text == "植えます。"
    assert "書き終えたこと" in writer.post(page(view, "finish"), follow=True).text
    assert "書き終えた" in runner.get(page(case, "assign")).text
    assert page(view, "change") not in writer.get(f"{listed}own").text
    verbs = set(AuditEntry.objects.for_target(view).values_list("verb", flat=True))
    assert verbs >= {"assign_view", "finish_view", "write_view"}


def test_a_department_that_was_asked_does_nothing_else(case: Case, roads: Any, sign_in: SignIn) -> None:
    view, other = viewed(case), viewed(case)
    assigned(view, roads)
    writer = sign_in(make_staff(roads))
    assert writer.get(page(view, "change")).status_code == 200
    assert writer.get(page(other, "change")).status_code in {302, 404}
    assert writer.post(page(other, "finish")).status_code == 404
    assert writer.post(page(view, "delete"), {"post": "yes"}).status_code in {302, 403}
    assert CityView.objects.filter(pk=view.pk).exists()
    for name in ("assign", "points", "result"):
        assert writer.get(page(case, name)).status_code == 403
    assert writer.get(page(case.opinions.get(), "change")).status_code in {302, 404}


def test_an_assignment_moves_and_goes(case: Case, roads: Any, sign_in: SignIn) -> None:
    view, runner = viewed(case), sign_in(make_staff(case.department))
    row = assigned(view, roads)
    assert actions.finish_view(view=view, departments={roads.pk}, by=None) == 1
    assigned(view, roads, days=20)
    row.refresh_from_db()
    assert (row.due_on, row.done_at) == (due(20), None)
    assert runner.get(page(case, "unassign", row.pk)).status_code == 302
    assert ViewAssignment.objects.exists()
    assert "割り当てを取り消しました" in runner.post(page(case, "unassign", row.pk), follow=True).text
    assert not ViewAssignment.objects.exists()
    with pytest.raises(ActionRefused, match="別の案件"):
        actions.assign_views(case=case, views=[viewed(close(open_case()))], departments=[roads], due_on=due(), by=None)
    ViewAssignment.objects.create(view=view, department=roads, due_on=due())
    with pytest.raises(IntegrityError, match="view_assignment_once"), transaction.atomic():
        ViewAssignment.objects.create(view=view, department=roads, due_on=due())


def test_reminders_are_sent_once(case: Case, roads: Any) -> None:
    view = viewed(case)
    row = assigned(view, roads)
    assert write_due() == 0
    ViewAssignment.objects.update(due_on=due(3))
    assert (write_due(), write_due()) == (1, 0)
    ViewAssignment.objects.update(due_on=due(-1))
    assert (write_due(), write_due()) == (1, 0)
    assert "期限を過ぎています" in Outbox.objects.order_by("-pk").first().subject
    row.refresh_from_db()
    assert row.is_late
    actions.finish_view(view=view, departments={roads.pk}, by=None)
    ViewAssignment.objects.update(due_on=due(-2))
    assert write_due() == 0


def test_what_is_missing_leads_to_its_rows(case: Case, roads: Any, sign_in: SignIn) -> None:
    view, secretariat = viewed(case), sign_in(make_secretariat())
    assigned(view, roads, days=1)
    answer = secretariat.get(page(case, "result")).text
    opinion = case.opinions.get()
    assert f'<a href="{page(opinion, "change")}">{opinion.number_shown}</a>' in answer
    assert f'<a href="{page(view, "change")}">1（道路課）</a>' in answer
    assert f'<a href="{page(view, "change")}">1</a>' in answer
    actions.cut_point(part=opinion.parts.get(), quote="木を植え", view=view, by=None)
    actions.finish_view(view=view, departments={roads.pk}, by=None)
    assert lacks_of(case) == []
    actions.hand_in_result(case=case, by=None)
    assert "別の職員の公表を待っている結果" in secretariat.get(reverse("admin:index")).text
    listed = reverse("admin:public_comments_case_changelist")
    for state in ("closed", "handed-in"):
        assert page(case, "change") in secretariat.get(f"{listed}?state={state}").text
    actions.write_view(view=view, edition=view.edition, by=None)
    assert page(case, "change") not in secretariat.get(f"{listed}?state=handed-in").text


def test_other_words_ask_the_departments_again_but_not_who_wrote_them(case: Case, roads: Any) -> None:
    view, by = viewed(case), make_staff(case.department)
    for department in (roads, case.department):
        assigned(view, department)
        actions.finish_view(view=view, departments={department.pk}, by=None)
    view.refresh_from_db()
    actions.write_view(view=view, edition=view.edition, by=by)
    assert not ViewAssignment.objects.waiting().exists()
    view.text = "植えません。"
    actions.write_view(view=view, edition=view.edition, by=by)
    assert [row.department for row in ViewAssignment.objects.waiting()] == [roads]
