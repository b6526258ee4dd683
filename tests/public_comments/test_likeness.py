"""Opinions that say something alike are suggested to staff; nothing is placed by it."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from apps.public_comments import actions
from apps.public_comments.models import Case, OpinionPoint
from apps.public_comments.services.likeness import ViewSuggester, alike
from tests.accounts.factories import DepartmentFactory, make_staff
from tests.public_comments.factories import close, open_case, sent, viewed

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
BENCH, BENCHES = "川沿いの遊歩道にベンチを置いてほしいです。", "遊歩道の川沿いに、休めるベンチがあるとよいと思います。"
LIGHT = "夜の公園が暗いので、街灯を増やしてください。"


@pytest.fixture
def case() -> Case:
    case = open_case(DepartmentFactory(name="公園課"))
    for body in (BENCH, BENCHES, LIGHT):
        sent(case, body)
    return close(case)


def part(case: Case, body: str) -> Any:
    return next(row.parts.get() for row in case.opinions.all() if row.parts.get().body == body)


def test_the_view_with_a_passage_alike_is_suggested(case: Case) -> None:
    lights, benches = viewed(case, section=None), viewed(case)
    actions.cut_point(part=part(case, BENCH), quote=BENCH, view=benches, by=None)
    suggester = ViewSuggester(case)
    assert suggester.suggest(BENCHES) == benches
    assert suggester.suggest("給食の献立について") is None
    assert suggester.suggest("です。") is None
    lights.summary = "公園の街灯を増やしてほしい。"
    actions.write_view(view=lights, edition=lights.edition, by=None)
    assert ViewSuggester(case).suggest(LIGHT) == lights
    assert OpinionPoint.objects.count() == 1, "nothing is placed by a suggestion"


def test_letters_alike_are_shown_until_they_have_a_point(case: Case) -> None:
    first, second = part(case, BENCH), part(case, BENCHES)
    assert alike([first], case) == {first.pk: [second]}
    actions.cut_point(part=second, quote=BENCHES, by=None)
    assert alike([first], case) == {first.pk: []}


def test_staff_see_the_suggestions_on_the_page_and_in_the_workbook(case: Case, sign_in: SignIn) -> None:
    view, runner = viewed(case), sign_in(make_staff(case.department))
    actions.cut_point(part=part(case, BENCH), quote=BENCH, view=view, by=None)
    second = part(case, BENCHES)
    page = runner.get(reverse("admin:public_comments_opinion_change", args=[second.opinion_id])).text
    assert "似た意見が入っている市の考え方" in page
    assert reverse("admin:public_comments_cityview_change", args=[view.pk]) in page
    answer = runner.get(reverse("admin:public_comments_case_points_file", args=[case.pk]))
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    likes = {row[2]: row[7] for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert (likes[BENCH], likes[BENCHES], likes[LIGHT]) == (None, view.number, None)
