"""The year on the secretariat's desk: with whom each sheet is, what is missing, and many sheets in one press."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.plans import actions
from apps.plans.models import PlanSheet
from tests.accounts.factories import DepartmentFactory, make_secretariat, make_staff
from tests.plans.factories import PlanFactory, SheetFactory, bring_to, fill_stage

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
BOARD, BULK = "admin:plans_plansheet_board", "admin:plans_plansheet_bulk"


@pytest.fixture
def clerk() -> User:
    """Somebody of a department."""
    return make_staff(DepartmentFactory(name="公園課"))


@pytest.fixture
def desk(sign_in: SignIn) -> Client:
    """A browser of the secretariat."""
    return sign_in(make_secretariat())


def handed_in(clerk: User, state: str = "first") -> PlanSheet:
    """A sheet of the clerk's department that waits for the secretariat."""
    department = next(posting.department for posting in clerk.postings.all())
    sheet = bring_to(SheetFactory(plan=PlanFactory(department=department)), state)
    fill_stage(sheet)
    actions.submit_stage(sheet=sheet, by=clerk)
    return sheet


def form_of(page: str) -> dict[str, str]:
    """What the form of the page sends when nothing is changed."""
    fields = dict(re.findall(r'name="((?:key)-\d+)" value="([^"]*)"', page))
    return fields | dict.fromkeys(re.findall(r'name="(pick-\d+)"', page), "on")


def press(desk: Client, verb: str, data: dict[str, str] | None = None) -> str:
    url = f"{reverse(BULK)}?year=2024&verb={verb}"
    return desk.post(url, form_of(desk.get(url).text) if data is None else data, follow=True).text


def states() -> list[str]:
    return list(PlanSheet.objects.order_by("pk").values_list("state", flat=True))


def test_the_overview_counts_and_narrows_and_names_what_is_missing(desk: Client, clerk: User) -> None:
    handed_in(clerk)
    empty = bring_to(SheetFactory(), "first")
    bring_to(SheetFactory(), "confirmed")
    page = desk.get(reverse(BOARD), {"year": 2024}).text
    counts = re.findall(r"state=(\w+)\"[^>]*>[^<]*?(\d+)</a>", page)
    assert counts == [("open", "1"), ("submitted", "1"), ("returned", "0"), ("confirmed", "1"), ("published", "0")]
    for value, number in counts:
        narrowed = desk.get(reverse(BOARD), {"year": 2024, "state": value}).text
        assert narrowed.count('<th scope="row">') == int(number)
    assert "0/3 記入" in page
    assert "3/3 記入" in page
    for place in ("block-do_first", "block-direction", "block-outlook"):
        assert f"{reverse('admin:plans_plansheet_change', args=[empty.pk])}#{place}" in page
        assert f"#{place}" in desk.get(reverse("admin:plans_plansheet_change", args=[empty.pk])).text
    assert desk.get(reverse(BOARD), {"year": 2024, "state": "?"}).status_code == 200


def test_six_sheets_are_confirmed_in_one_press_and_the_others_are_named(desk: Client, clerk: User) -> None:
    sheets = [handed_in(clerk) for _n in range(6)]
    empty = bring_to(SheetFactory(), "first")
    asked = desk.get(reverse(BULK), {"year": 2024, "verb": "confirm"}).text
    assert "今は進められないシート：1件" in asked
    assert f"{empty.title}</a>" in asked
    assert "まだ提出されていません。" in asked
    assert states() == ["first"] * 7, "looking changes nothing"
    assert "6件のシートを確認しました。" in press(desk, "confirm")
    assert states() == ["second"] * 6 + ["first"]
    assert sheets[0].submissions.get().state == "confirmed"
    assert "提出されて確認を待つシートはありません。" in desk.get(reverse(BULK), {"year": 2024, "verb": "confirm"}).text


def test_a_sheet_that_moved_meanwhile_stays_and_is_named(desk: Client, clerk: User) -> None:
    sheets = [handed_in(clerk) for _n in range(2)]
    url = f"{reverse(BULK)}?year=2024&verb=confirm"
    data = form_of(desk.get(url).text)
    actions.withdraw_submission(sheet=sheets[0], by=clerk)
    page = desk.post(url, data, follow=True).text
    assert "1件のシートを確認しました。" in page
    assert f"{sheets[0].number} {sheets[0].title}： 画面を開いたあとで" in page
    assert states() == ["first", "second"]


def test_a_year_is_published_in_one_press(desk: Client) -> None:
    sheets = [bring_to(SheetFactory(), "confirmed") for _n in range(3)]
    waiting = bring_to(SheetFactory(), "summary")
    assert "まだ確定していません（総括）。" in desk.get(reverse(BULK), {"year": 2024, "verb": "publish"}).text
    url = f"{reverse(BULK)}?year=2024&verb=publish"
    data = form_of(desk.get(url).text)
    data.pop(f"pick-{sheets[2].pk}")
    actions.reopen_sheet(sheet=sheets[1], stage="summary", reason="直すため。", by=None)
    page = press(desk, "publish", data)
    assert "1件のシートを公表しました。" in page
    assert f"{sheets[1].title}： 確定したシートだけを公表できます。" in page
    assert states() == ["published", "summary", "confirmed", "summary"]
    assert waiting.state == "summary"


def test_nothing_chosen_is_said_and_only_the_secretariat_comes_here(sign_in: SignIn, desk: Client, clerk: User) -> None:
    sheet = handed_in(clerk)
    url = f"{reverse(BULK)}?year=2024&verb=confirm"
    answer = desk.post(url, {})
    assert (answer.status_code, "シートを一つ以上選んでください。" in answer.text) == (422, True)
    without_key = press(desk, "confirm", {f"pick-{sheet.pk}": "on"})
    assert "画面を開いたあとで" in without_key
    for query in ("", "?year=1", "?year=²", "?year=2031"):
        assert desk.get(reverse(BULK) + query).status_code == 302
    browser = sign_in(clerk)
    assert browser.get(url).status_code == 403
    assert browser.post(url, {f"pick-{sheet.pk}": "on"}).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.confirm_many(seen={sheet.pk: sheet.stage_key}, by=clerk)
    with pytest.raises(PermissionDenied):
        actions.publish_many(seen={sheet.pk: sheet.stage_key}, by=clerk)
    assert states() == ["first"]


def test_the_pages_cost_the_same_for_three_sheets_and_for_twelve(desk: Client, clerk: User) -> None:
    def cost() -> list[int]:
        numbers = []
        for url in (f"{reverse(BOARD)}?year=2024", f"{reverse(BULK)}?year=2024&verb=confirm"):
            desk.get(url)
            with CaptureQueriesContext(connection) as asked:
                desk.get(url)
            numbers.append(len(asked))
        return numbers

    for _n in range(3):
        handed_in(clerk)
        bring_to(SheetFactory(), "first")
    few = cost()
    for _n in range(9):
        handed_in(clerk)
        bring_to(SheetFactory(), "first")
    assert cost() == few
